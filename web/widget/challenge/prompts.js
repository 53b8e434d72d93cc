/** Degrees from ahead after which a turn or a nod is one: somewhat more than the judge wants (embeddings/liveness). */
const TURN = 12
const NOD = 9
/** Degrees from ahead within which somebody looks ahead again. */
const AHEAD = 6
/** So much wider is a face that has come closer; likewise. */
const GROWTH = 1.3

const yaw = (seen, front) => seen.pose.yaw - front.pose.yaw
const pitch = (seen, front) => seen.pose.pitch - front.pose.pitch
const width = ({ box }) => box.right - box.left

/**
 * What can be asked for. `pose`: how the service is to look at it; `fromAhead`: it begins with a look ahead; `share`:
 * how far somebody has come with it who looked like `front` before, 1 or more when it is done. A blink is too short to
 * be seen in a few looks a second: it is given its time.
 */
const PROMPTS = {
  turn_left: { pose: 'left', share: (seen, front) => yaw(seen, front) / TURN },
  turn_right: { pose: 'right', share: (seen, front) => yaw(seen, front) / -TURN },
  look_up: { pose: 'up', fromAhead: true, share: (seen, front) => pitch(seen, front) / NOD },
  move_closer: {
    pose: 'front',
    fromAhead: true,
    share: (seen, front) => (width(seen) / width(front) - 1) / (GROWTH - 1),
  },
  blink: { pose: 'front', fromAhead: true, share: () => 0 },
  look_ahead: {
    pose: 'front',
    share: (seen, front) => AHEAD / Math.max(AHEAD, Math.abs(yaw(seen, front)), Math.abs(pitch(seen, front))),
  },
}

/** What the service is asked to look for in a frame while a prompt is on show. */
export function wantedFor(prompt, front) {
  return { pose: PROMPTS[prompt].pose, front: front ? { yaw: front.pose.yaw, pitch: front.pose.pitch } : undefined }
}

/** How far somebody has come with a prompt, 0 to 1. */
export function shareOf(prompt, seen, front) {
  return Math.min(1, Math.max(0, PROMPTS[prompt].share(seen, front)))
}

/**
 * The prompts with a look ahead put before those that need one, where the head is turned. `index` is that of the challenge's prompt, or of the
 * one before a look ahead, whose movement that ends.
 * @param {string[]} prompts
 * @returns {{prompt: string, index: number}[]}
 */
export function stepsOf(prompts) {
  return prompts.flatMap((prompt, index) => {
    const step = { prompt, index }
    const turned = index > 0 && PROMPTS[prompts[index - 1]].pose !== 'front'
    return turned && PROMPTS[prompt].fromAhead ? [{ prompt: 'look_ahead', index: index - 1 }, step] : [step]
  })
}
