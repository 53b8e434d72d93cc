/** Degrees from how somebody looks ahead, below which a picture counts as looking ahead too. */
const SLIGHT = 5

/**
 * What stored captures show, in the sign-up's words: `front`, `left`, `right`, `up` or `down`; null where the pose is
 * not known. The first one is how this person looks ahead: the sign-up takes it first.
 * @param {({yaw: number, pitch: number} | null | undefined)[]} poses in degrees: yaw grows to the person's own left,
 *   pitch upwards
 */
export function namePoses(poses) {
  const [front] = poses
  return poses.map(pose => (pose && front ? name(pose.yaw - front.yaw, pose.pitch - front.pitch) : null))
}

function name(yaw, pitch) {
  if (Math.max(Math.abs(yaw), Math.abs(pitch)) < SLIGHT) return 'front'
  if (Math.abs(yaw) >= Math.abs(pitch)) return yaw > 0 ? 'left' : 'right'
  return pitch > 0 ? 'up' : 'down'
}
