/** Milliseconds to wait for an answer. */
const PATIENCE = 20000

/**
 * Sends JSON, or no body if it is null, with the session's cookies. Calls back with the status (0 without an answer), the
 * answer's JSON (null without any), and the seconds of a Retry-After header (0 without one).
 */
export function call(url, json, then, { method = 'POST', token = '' } = {}) {
  const request = new XMLHttpRequest()
  request.open(method, url)
  request.timeout = PATIENCE
  request.withCredentials = true
  request.setRequestHeader('Content-Type', 'application/json')
  request.setRequestHeader('Accept', 'application/json')
  if (token) request.setRequestHeader('Authorization', `Bearer ${token}`)
  request.onloadend = () => then(request.status, read(request), Number(header(request)) || 0)
  request.send(json === null ? null : JSON.stringify(json))
}

function read({ responseText }) {
  try {
    return JSON.parse(responseText)
  } catch (error) {
    return null
  }
}

function header(request) {
  return request.status === 0 ? null : request.getResponseHeader('Retry-After')
}
