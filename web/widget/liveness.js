import { ApiError } from './api.js'

/**
 * The reply to a challenge, as the service accepts it.
 * @typedef {{image: string, at: number, prompt: number}} Shot `image`: data URL; `at`: milliseconds since the first
 *   prompt was shown; `prompt`: index of the prompt that was shown
 * @typedef {{nonce: string, frames: Shot[]}} Proof
 */

/**
 * Ask the service for a challenge and let the user perform it. Rejects as the service's calls and the camera do.
 * @param {import('./api.js').Api} api
 * @param {'login' | 'signup'} purpose
 * @param {object} scene
 * @param {import('./viewfinder.js').Viewfinder} scene.viewfinder open
 * @param {object | null} scene.front the service's answer for the frontal pose, if there is one
 * @param {AbortSignal} scene.signal
 * @returns {Promise<Proof>}
 */
export async function meetChallenge(api, purpose, { viewfinder, front, signal }) {
  const [play, { nonce, ...challenge }] = await Promise.all([loadPlay(), api.challenge(purpose, { signal })])
  return { nonce, frames: await play(challenge, { viewfinder, front, signal }) }
}

/** Load the code for challenges only when one is played. */
async function loadPlay() {
  try {
    return (await import('./challenge/play.js')).play
  } catch (cause) {
    throw new ApiError('network', { cause })
  }
}
