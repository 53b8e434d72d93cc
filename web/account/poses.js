/** Degrees from the user's frontal pose, below which a picture counts as frontal too. */
const SLIGHT = 5

/**
 * Names the poses of stored captures as the sign-up does: `front`, `left`, `right`, `up` or `down`; null if the pose is
 * unknown. The first pose is this user's frontal pose, because the sign-up takes it first.
 * @param {({yaw: number, pitch: number} | null | undefined)[]} poses in degrees: yaw grows to the user's own left,
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
