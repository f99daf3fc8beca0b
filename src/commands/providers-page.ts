import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { providersPage } from '../providers/page.ts'

/** `npm run providers:page`: writes docs/providers.md. A test holds the page against the adapters. */
const PAGE = resolve(import.meta.dirname, '../../docs/providers.md')
writeFileSync(PAGE, providersPage())
console.log(`${PAGE} is written`)
