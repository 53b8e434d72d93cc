// Does what the cases of tests/clients ask with the JavaScript package: reads a case and prints its result, each a line
// of JSON, until the input ends.
import { createInterface } from 'node:readline'
import { UnavailableError } from '../../clients/js/src/errors.js'
import { KeySet } from '../../clients/js/src/keys.js'
import { Level, OpenIDClient, TokenVerifier, satisfies } from '../../clients/js/src/index.js'

const told = ({ subject, level, methods, authenticatedAt, sessionId }) => ({
  subject,
  level,
  methods,
  sessionId,
  authenticatedAt: authenticatedAt && authenticatedAt.getTime() / 1000,
})

/** Follows the browser from the start of a login to its end, with changes to the response. */
const respond = async (url, change, plain) => {
  const answer = await fetch(url, { redirect: 'manual' })
  const response = new URL(answer.headers.get('Location'))
  for (const [name, value] of Object.entries(change)) {
    if (value === null) response.searchParams.delete(name)
    else response.searchParams.set(name, value)
  }
  return plain ? decodeURIComponent(response.search) : response.href
}

const CALLS = {
  levels: async () =>
    Object.values(Level).map(level => Object.values(Level).map(required => satisfies(level, required))),

  /** Each step: at which second which key is looked for, what is published then (null: unreachable), for how long. */
  keys: async ({ steps }) => {
    let now, current
    let fetches = 0
    const fetchKeys = async () => {
      fetches += 1
      if (current.published === null) throw new UnavailableError('unreachable')
      return { status: 200, maxAge: current.maxAge ?? 300, body: { keys: current.published } }
    }
    const keys = new KeySet(fetchKeys, () => now * 1000)
    const results = []
    for (current of steps) {
      now = current.at
      const found = await attempt(async () => ((await keys.find(current.find)).key ? 'found' : ''))
      results.push([found.error ?? found, fetches])
    }
    return results
  },

  verify: async ({ address, tokens, options, requirements }) => {
    const verifier = new TokenVerifier(address, options)
    const results = []
    for (const token of tokens) results.push(await attempt(async () => told(await verifier.verify(token, requirements))))
    return results
  },

  start: async ({ client, start }) => new OpenIDClient(client).start(start),

  login: async ({ client, start, change = {}, plain = false, memory = {}, then = [] }) => {
    const openid = new OpenIDClient(client)
    const started = await openid.start(start)
    const kept = memory && JSON.stringify({ ...JSON.parse(started.memory), ...memory })
    const response = await respond(started.url, change, plain)
    const tokens = await openid.finish(response, kept)
    const found = { ...told(tokens.identity), refreshes: tokens.refreshToken !== null }
    for (const call of then) {
      found[call] = await attempt(async () => {
        if (call === 'again') return told((await openid.finish(response, kept)).identity)
        if (call === 'logout') return openid.logoutUrl(tokens.idToken, 'https://shop.example.org/')
        if (call === 'userInfo') return openid.userInfo(tokens)
        const fresh = await openid.refresh(tokens)
        return { ...told(fresh.identity), isNew: fresh.accessToken !== tokens.accessToken }
      })
    }
    return found
  },
}

const attempt = async call => {
  try {
    return await call()
  } catch (error) {
    return { error: error.name, message: error.message, code: error.error }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { call, ...details } = JSON.parse(line)
  console.log(JSON.stringify(await attempt(() => CALLS[call](details))))
}
