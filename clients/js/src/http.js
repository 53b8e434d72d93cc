import { UnavailableError } from './errors.js'

const TIMEOUT_MS = 10_000

/** Hosts that may be called over http, because the request does not leave the machine. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** Returns an address without a slash at its end. Throws TypeError unless it is https, or http on this machine. */
export const checkedAddress = address => {
  const { protocol, hostname } = new URL(address)
  if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK.includes(hostname))) {
    throw new TypeError(`${address} is not an https address (http is for localhost alone)`)
  }
  return address.replace(/\/+$/, '')
}

/** Sends a request without cookies; returns `{ status, maxAge, body }`, whatever the status. */
export const send = async (fetch, address, options = {}) => {
  try {
    const response = await fetch(address, {
      redirect: 'error',
      credentials: 'omit',
      cache: 'no-store', // this package caches by itself, and has to see new keys
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...options,
      headers: { Accept: 'application/json', ...options.headers },
    })
    const body = await response.json().catch(() => null)
    const maxAge = /(?:^|[,\s])max-age=(\d{1,9})(?:$|[,\s])/i.exec(response.headers.get('Cache-Control') ?? '')
    return { status: response.status, maxAge: Number(maxAge?.[1] ?? 0), body: isObject(body) ? body : {} }
  } catch (error) {
    throw new UnavailableError(`${new URL(address).host} cannot be reached`, { cause: error })
  }
}

/** Fetches JSON. Throws UnavailableError for every status but 200. */
export const get = async (fetch, address) => {
  const reply = await send(fetch, address)
  if (reply.status !== 200) throw new UnavailableError(`${address} answered with status ${reply.status}`)
  return reply
}

export const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value)
