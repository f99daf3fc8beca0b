FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app

# The optional packages carry a Node and a PostgreSQL for machines without them; here both are elsewhere.
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional && npm cache clean --force

# TypeScript runs as it is: there is no build.
COPY . .

# The files stay root's: the server cannot change its own code.
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 8080}/healthz`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/commands/start.ts"]
