import { hasText, text } from './text.js'

/** The sentence for an `ApiError`: in the page's language if the code is known, else the server's message. */
export function sentence({ code, serverMessage }) {
  if (hasText(`code.${code}`)) return text(`code.${code}`)
  return serverMessage || text('code.internal')
}

/** The sentence for a reason that the service gave for a capture. */
export function reasonSentence(reason) {
  return sentence({ code: reason })
}

/** The sentences for an error's known reasons, or for the error itself if it has none. */
export function reasonSentences(error) {
  const known = (error.details?.reasons ?? []).filter(code => hasText(`code.${code}`))
  return known.length > 0 ? known.map(reasonSentence).join(' ') : sentence(error)
}

/**
 * Which captures an error refuses, and why.
 * @param {import('./api.js').ApiError} error
 * @returns {Map<number, string[]>} reasons by the capture's index; empty if the error names no capture
 */
export function captureReasons({ code, details }) {
  const found = new Map()
  for (const { index, reasons } of details.images ?? []) found.set(index, reasons)
  if (found.size === 0 && Number.isInteger(details.image_index)) {
    found.set(details.image_index, details.reasons?.length ? details.reasons : [code])
  }
  return found
}

const PICTURE_CODES =
  /^(image_.*|face_(?!already_enrolled).*|no_face|several_faces|different_people|same_.*|request_too_large)$/

/** Whether an error is about pictures, even if it does not say which. */
export function isAboutPictures({ code }) {
  return PICTURE_CODES.test(code)
}

const FIELD_BY_CODE = {
  username_taken: 'username',
  email_taken: 'email',
  consent_required: 'consent',
  consent_outdated: 'consent',
}

/**
 * Which form fields an error refuses.
 * @param {import('./api.js').ApiError} error
 * @returns {Record<string, string>} message by the field's name
 */
export function fieldProblems(error) {
  if (error.code in FIELD_BY_CODE) return { [FIELD_BY_CODE[error.code]]: sentence(error) }
  if (error.code !== 'invalid_request') return {}
  const names = Object.keys(error.details.fields ?? {}).filter(name => hasText(`invalid.${name}`))
  return Object.fromEntries(names.map(name => [name, text(`invalid.${name}`)]))
}
