import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { drawFlows } from '../session/walk/draw.ts'
import { walkAll } from '../session/walk/walk.ts'

/** `npm run flows:draw`: writes every machine as a page into docs/flows, and takes away the pages of those that are gone. */
const FOLDER = resolve(import.meta.dirname, '../../docs/flows')

const pages = drawFlows(await walkAll())
mkdirSync(FOLDER, { recursive: true })
for (const file of readdirSync(FOLDER)) if (!pages.has(file)) rmSync(resolve(FOLDER, file))
for (const [file, page] of pages) writeFileSync(resolve(FOLDER, file), page)
console.log(`${pages.size} pages are written to ${FOLDER}`)
