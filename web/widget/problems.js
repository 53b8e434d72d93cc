import { hasText, text } from './text.js'

/** One sentence for an `ApiError`: in the page's language where the code is known, else in the server's words. */
export function sentence({ code, serverMessage }) {
  if (hasText(`code.${code}`)) return text(`code.${code}`)
  return serverMessage || text('code.internal')
}

/** The sentence for a reason the service gave for a capture. */
export function reasonSentence(reason) {
  return sentence({ code: reason })
}

/** The sentences for an error's reasons, or for the error itself where it gives none that have one. */
export function reasonSentences(error) {
  const known = (error.details?.reasons ?? []).filter(code => hasText(`code.${code}`))
  return known.length > 0 ? known.map(reasonSentence).join(' ') : sentence(error)
}

/**
 * Which captures an error complains of, and why.
 * @param {import('./api.js').ApiError} error
 * @returns {Map<number, string[]>} reasons by the capture's index; empty when the error names none
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

/** Codes that speak of pictures even when they don't say of which. */
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
 * Which fields of the form an error complains of.
 * @param {import('./api.js').ApiError} error
 * @returns {Record<string, string>} message by the field's name
 */
export function fieldProblems(error) {
  if (error.code in FIELD_BY_CODE) return { [FIELD_BY_CODE[error.code]]: sentence(error) }
  if (error.code !== 'invalid_request') return {}
  const names = Object.keys(error.details.fields ?? {}).filter(name => hasText(`invalid.${name}`))
  return Object.fromEntries(names.map(name => [name, text(`invalid.${name}`)]))
}
