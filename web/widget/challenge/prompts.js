/** Degrees from the frontal pose that count as a turn or a nod; slightly more than embeddings/liveness requires. */
const TURN = 12
const NOD = 9
/** Degrees from the frontal pose within which the user looks ahead again. */
const AHEAD = 6
/** The factor by which a face gets wider when the user moves closer; slightly more than required, too. */
const GROWTH = 1.3

const yaw = (seen, front) => seen.pose.yaw - front.pose.yaw
const pitch = (seen, front) => seen.pose.pitch - front.pose.pitch
const width = ({ box }) => box.right - box.left

/**
 * The movements. `pose`: how the service inspects frames; `fromAhead`: the movement starts from the frontal pose;
 * `share`: its progress since the answer `front`, 1 or more when it is done. A blink is too short for a few frames a
 * second, so it gets a fixed time.
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

/** The pose that the service is to inspect frames for while a prompt is shown. */
export function wantedFor(prompt, front) {
  return { pose: PROMPTS[prompt].pose, front: front ? { yaw: front.pose.yaw, pitch: front.pose.pitch } : undefined }
}

/** The progress of a movement, 0 to 1. */
export function shareOf(prompt, seen, front) {
  return Math.min(1, Math.max(0, PROMPTS[prompt].share(seen, front)))
}

/**
 * The prompts, with a look ahead inserted before those that start from the frontal pose, if the head is turned then.
 * `index` is the index of the challenge's prompt; an inserted look ahead has that of the prompt before it, whose
 * movement it ends.
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
