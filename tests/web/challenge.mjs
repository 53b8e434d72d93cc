// Prints the result of the challenge's modules for a case of test_challenge.py: node challenge.mjs <what> <JSON>.
import { Attempt } from '../../web/widget/challenge/attempt.js'
import { shareOf, stepsOf } from '../../web/widget/challenge/prompts.js'
import { Reel } from '../../web/widget/challenge/reel.js'

const BOX = { left: 0.4, top: 0.3, right: 0.6, bottom: 0.6 }
const FRONT = { faces: 1, hints: [], pose: { yaw: 4, pitch: -3 }, box: BOX }

const CASES = {
  steps: stepsOf,

  share: ({ prompt, seen }) => shareOf(prompt, { ...FRONT, ...seen }, FRONT),

  /** `answers`: [milliseconds, differences from the frontal answer]; returns when the prompt ends (in 100 ms steps). */
  over: ({ prompt, answers }) => {
    const attempt = new Attempt(prompt, 0)
    const coming = [...answers]
    for (let now = 0; ; now += 100) {
      while (coming.length > 0 && coming[0][0] <= now) attempt.see({ ...FRONT, ...coming.shift()[1] }, FRONT, now)
      if (attempt.isOver(now)) return now
    }
  },

  hints: ({ prompt, seen }) => {
    const attempt = new Attempt(prompt, 0)
    return seen.map(hints => {
      attempt.see({ ...FRONT, hints }, FRONT, 0)
      return attempt.hint
    })
  },

  /** Prompts of this many milliseconds each, filmed with this many frames a second; what moves in which period. */
  cut: ({ lasting, rate, moving = [0, 0], max, quick = [] }) => {
    const reel = new Reel(10, 0)
    const lookAt = now => [Math.min(Math.max(now, moving[0]), moving[1]) / 10]
    const ends = lasting.map((_, index) => lasting.slice(0, index + 1).reduce((sum, one) => sum + one))
    for (let frame = 0; frame * 1000 < ends.at(-1) * rate; frame += 1) {
      const now = (frame * 1000) / rate
      const prompt = ends.findIndex(end => now < end)
      reel.record(now, { prompt, quick: quick.includes(prompt), take: () => ({ image: 'data:', look: lookAt(now) }) })
    }
    return reel.cut(max).map(({ at, prompt }) => [prompt, at])
  },
}

const [what, json] = process.argv.slice(2)
console.log(JSON.stringify(CASES[what](JSON.parse(json))))
