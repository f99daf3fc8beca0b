/** The parts of the official SDK that we use; it ships no types. Source: AfricasTalkingLtd/africastalking-node.js 0.8.3. */
declare module 'africastalking' {
  type Message = { readonly to: readonly string[]; readonly message: string; readonly from?: string }
  const create: (options: { readonly username: string; readonly apiKey: string }) => {
    readonly SMS: { send(message: Message): Promise<unknown> }
  }
  export = create
}

declare module 'africastalking/lib/common.js' {
  const common: { SMS_URL: string; CONTENT_URL: string }
  export = common
}
