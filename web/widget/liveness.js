import { ApiError } from './api.js'

/**
 * What a challenge leaves behind, as the service takes it.
 * @typedef {{image: string, at: number, prompt: number}} Shot `image`: data URL; `at`: milliseconds since the first
 *   prompt was shown; `prompt`: index of the one that was on show
 * @typedef {{nonce: string, frames: Shot[]}} Proof
 */

/**
 * Ask the service for a challenge and have whoever is before the camera play it. Rejects as the service's calls and the
 * camera do.
 * @param {import('./api.js').Api} api
 * @param {'login' | 'signup'} purpose
 * @param {object} scene
 * @param {import('./viewfinder.js').Viewfinder} scene.viewfinder open
 * @param {object | null} scene.front what the service saw of them looking ahead, if it saw them
 * @param {AbortSignal} scene.signal
 * @returns {Promise<Proof>}
 */
export async function meetChallenge(api, purpose, { viewfinder, front, signal }) {
  const [play, { nonce, ...challenge }] = await Promise.all([loadPlay(), api.challenge(purpose, { signal })])
  return { nonce, frames: await play(challenge, { viewfinder, front, signal }) }
}

/** Nobody downloads it who plays none. */
async function loadPlay() {
  try {
    return (await import('./challenge/play.js')).play
  } catch (cause) {
    throw new ApiError('network', { cause })
  }
}
