import { audit } from './views/audit.js'
import { disputes } from './views/disputes.js'
import { index } from './views/index.js'
import { keys } from './views/keys.js'
import { overview } from './views/overview.js'
import { people } from './views/people.js'
import { trust } from './views/trust.js'

/**
 * The views in the order of the navigation.
 *
 * @typedef {object} Page what a view gets
 * @property {import('./console-api.js').ConsoleApi} api
 * @property {AbortSignal} signal aborts when another view opens
 * @property {URLSearchParams} query the choices in the address
 * @property {(name: string, choices?: Record<string, unknown>) => void} go opens a view, with choices in the address
 * @property {() => void} refresh opens this view again
 * @property {(error: Error) => void} fail says why an action failed, in place of the view
 *
 * @typedef {object} View
 * @property {string} name in the address
 * @property {string} title in the navigation and as the heading
 * @property {(page: Page) => Promise<Node[]>} open asks the service and returns what to show below the heading
 *
 * @type {View[]}
 */
export const VIEWS = [overview, trust, index, people, disputes, audit, keys]
