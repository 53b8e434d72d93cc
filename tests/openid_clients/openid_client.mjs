// An application with openid-client. It pushes the requests that have `claims`, and keeps one login.
import { createServer } from 'node:http'
import * as openid from 'openid-client'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT } = process.env
const home = new URL(`http://127.0.0.1:${PORT}/`)
const redirect_uri = new URL('callback', home).href
const config = await openid.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, {
  execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks], // the latter checks signatures
})

let checks, tokens
let known = {}

async function learn(answer) {
  tokens = { ...tokens, ...answer }
  const claims = answer.claims()
  known = { claims, userinfo: await openid.fetchUserInfo(config, tokens.access_token, claims.sub) }
}

const pages = {
  '/': async () => known,

  '/login': async ({ searchParams }) => {
    checks = {
      pkceCodeVerifier: openid.randomPKCECodeVerifier(),
      expectedState: openid.randomState(),
      expectedNonce: openid.randomNonce(),
    }
    const parameters = {
      redirect_uri,
      scope: 'openid profile email',
      code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      ...Object.fromEntries(searchParams),
    }
    return parameters.claims
      ? openid.buildAuthorizationUrlWithPAR(config, parameters)
      : openid.buildAuthorizationUrl(config, parameters)
  },

  '/callback': async url => {
    await learn(await openid.authorizationCodeGrant(config, url, checks))
    return home
  },

  '/refresh': async () => {
    await learn(await openid.refreshTokenGrant(config, tokens.refresh_token))
    return home
  },

  '/logout': async () => {
    known = {}
    return openid.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: home.href })
  },
}

createServer(async (request, response) => {
  const url = new URL(request.url, home)
  const page = pages[url.pathname] ?? (async () => ({}))
  const answer = await page(url).catch(error => ({ error: error.error ?? `${error}` }))
  if (answer instanceof URL) return response.writeHead(303, { location: answer.href }).end()
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
}).listen(PORT, '127.0.0.1')
