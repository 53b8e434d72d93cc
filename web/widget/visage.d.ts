/**
 * What `visage.js` adds to a page: the elements `<visage-login>` and `<visage-signup>`, their attributes, methods and
 * events. docs/widget.md says how to use them. For React 19 see `visage-react.d.ts`.
 */

export type Pose = 'front' | 'left' | 'right' | 'up' | 'down'

/** `auto`: the system's setting. */
export type Theme = 'light' | 'dark' | 'auto'

/** Why the service cannot use a picture. */
export type CaptureReason =
  | 'no_face' | 'several_faces' | 'face_too_small' | 'face_too_dark' | 'face_too_bright' | 'face_blurred'
  | 'face_cut_off' | 'face_turned_away' | 'face_covered'

/** What prevents a good picture. */
export type InspectionHint =
  | CaptureReason
  | 'face_too_close' | 'camera_covered' | 'turn_left' | 'turn_right' | 'look_up' | 'look_down' | 'look_ahead'

/** A movement of a challenge. */
export type Prompt = 'turn_left' | 'turn_right' | 'look_up' | 'move_closer' | 'blink'

/** `hold_still`: no problem. `silent`: guidance is unavailable, so the user presses the shutter. */
export type Hint = InspectionHint | Prompt | 'hold_still' | 'silent'

/** Why there is no picture. `tap`: the browser requires a tap first. `nobody`: there was no face for a while. */
export type CameraTrouble =
  | 'camera_refused' | 'camera_missing' | 'camera_in_use' | 'camera_unsupported' | 'camera_insecure' | 'camera_lost'
  | 'camera_unreadable' | 'camera_tap' | 'camera_nobody'

/** What `<visage-login>` shows. */
export type LoginStep =
  | 'idle' | 'starting' | 'live' | 'challenge' | 'checking' | 'matched' | 'unknown' | 'hint' | 'error' | 'password'
  | 'passkey' | 'more' | 'welcome'

/** What `<visage-signup>` shows. */
export type SignupStep =
  | 'details' | 'ready' | 'capture' | 'review' | 'challenge' | 'sending' | 'done' | 'trouble' | 'doubt' | 'invitation'

/** A way to log in. */
export type Way = 'face' | 'passkey' | 'password'

/** How the user was logged in; `session`: they were logged in already. */
export type Method = 'face' | 'password' | 'passkey' | 'face+passkey' | 'session'

/** What the service has verified of a login. */
export type Level =
  | 'urn:visage:pwd' | 'urn:visage:face' | 'urn:visage:face:passive' | 'urn:visage:face:challenge'
  | 'urn:visage:passkey' | 'urn:visage:face+passkey' | 'urn:visage:face:challenge+passkey'

export interface User {
  id: string
  username: string
  display_name: string | null
}

export interface Credentials {
  user: User
  /** A signed JWT; your server verifies it with the keys at `/.well-known/jwks.json`. */
  access_token: string
  /** Seconds. */
  expires_in: number
}

export interface HintDetail {
  hint: Hint
  /** The hint as a sentence, in the language of the element. */
  message: string
}

export interface CaptureDetail {
  /** A JPEG as a data URL, not mirrored. */
  image: string
  /** Sign-up only. */
  pose?: Pose
  /** Sign-up only: the index of the picture, from 0. */
  index?: number
}

export interface SuccessDetail extends Credentials {
  method: Method
}

export interface ErrorDetail {
  /**
   * One of the service's codes (docs/api.md), a `CameraTrouble`, `network`, `timeout`, `passkey_cancelled` or
   * `passkey_unavailable`.
   */
  code: string
  details: Record<string, unknown>
  /** Finds the request in the service's log; empty without an answer. */
  request_id: string
}

export interface FallbackDetail {
  reason: CameraTrouble | 'chosen' | 'not_you' | 'preferred'
}

export interface RenewedDetail {
  access_token: string
  /** Seconds. */
  expires_in: number
}

export interface LogoutDetail {
  reason: 'chosen' | 'ended'
}

/** All events bubble and cross shadow roots. */
export interface VisageEventMap {
  /** The video is shown. */
  'visage-ready': CustomEvent<Record<string, never>>
  /** Another hint is shown. */
  'visage-hint': CustomEvent<HintDetail>
  /** A picture was taken. If prevented, it is dropped. */
  'visage-capture': CustomEvent<CaptureDetail>
  /** A user is logged in. If prevented, the element does not show its own welcome. */
  'visage-success': CustomEvent<SuccessDetail>
  /** An error occurred. If prevented, the element does not show its own notice. */
  'visage-error': CustomEvent<ErrorDetail>
  /** The password form replaces the camera. If prevented, the element does not show its own form. */
  'visage-fallback': CustomEvent<FallbackDetail>
  /** The session was renewed, with a new access token. */
  'visage-renewed': CustomEvent<RenewedDetail>
  /** No user is logged in any more. */
  'visage-logout': CustomEvent<LogoutDetail>
}

/** The members of both elements. */
export interface VisageElement extends HTMLElement {
  /** Address of the service; empty for the page's own origin. Attribute `endpoint`. */
  endpoint: string
  /** Attribute `theme`. */
  theme: Theme
  /** The language in use: from the nearest `lang` attribute, if the widget has that language. */
  readonly language: string
  /** The service's calls. Replace it by an object with the same methods to answer them yourself. */
  api: Api
  /** Sends the requests. Replace it by your own function to send them yourself. */
  transport: Transport
  /** Asks for the camera; resolves when the video is shown (true) or is unavailable (false). */
  start(): Promise<boolean>
  /** Switches the camera off. */
  stop(): Promise<void>
}

export interface VisageLogin extends VisageElement {
  /** Whether the camera is requested as soon as the element is on the page. Attribute `auto`: `on` or `off`. */
  auto: boolean
  /** The page for users without an account; empty for none. Attribute `signup-url`. */
  signupUrl: string
  /** The page on which users add a passkey. Attribute `account-url`. */
  accountUrl: string
  /** How users may log in, the preferred way first. Attribute `ways`: a comma-separated list. */
  ways: Way[]
  /** The level that the login should reach: a challenge or a passkey is asked for if it includes one. Attribute `acr`. */
  acr: Level | null
  /** The user who is expected. Attribute `username`. */
  username: string | null
  /** Whether a session that this browser already has counts as a login. Attribute `resume-session`: `on` or `off`. */
  resumeSession: boolean
  /** Attribute `step`. */
  readonly step: LoginStep | null
  /** Ends this browser's session with the service. */
  logOut(): Promise<void>
}

export interface VisageSignup extends VisageElement {
  /** The pictures to take, three or more. Attribute `poses`: a comma-separated list. */
  poses: Pose[]
  /** The page for users with an account. Attribute `login-url`. */
  loginUrl: string
  /** The token of a one-time invitation, if sign-up requires one. Attribute `invitation`. */
  invitation: string | null
  /** From a password login a few minutes ago: enrols this user's face again instead of signing up. */
  accessToken: string | null
  /** Attribute `step`. */
  readonly step: SignupStep | null
}

export declare const VisageLogin: { prototype: VisageLogin, new (): VisageLogin }
export declare const VisageSignup: { prototype: VisageSignup, new (): VisageSignup }

/** One request. */
export interface Call {
  method: string
  url: string
  headers: Record<string, string>
  /** JSON. */
  body?: string
  signal?: AbortSignal
  /** Receives the uploaded share of the request, 0 to 1. */
  onProgress?: (share: number) => void
}

/** One answer with any status. */
export interface Answer {
  status: number
  /** The header `Retry-After`. */
  retryAfter: string | null
  body: string
}

/** Rejects if there is no answer. */
export type Transport = (call: Call) => Promise<Answer>

export interface CallOptions {
  signal?: AbortSignal
}

export interface TokenAnswer extends Credentials {
  token_type: 'Bearer'
  /** The level that the user still has to reach: until then, applications refuse the token. */
  requires: Level | null
}

/** Whether the user can log in by face; `outdated`: enrolled with an earlier model, and should enrol again. */
export type FaceState = 'enrolled' | 'outdated' | 'none'

export interface LoginAnswer extends TokenAnswer {
  user: User & { face: FaceState }
}

export interface UnknownAnswer {
  status: 'unknown'
  prompt: 'login'
  login_url: string
  message: string
}

/** Degrees; yaw is positive towards the user's own left, pitch upwards. */
export interface HeadPose {
  yaw: number
  pitch: number
  roll: number
}

export interface Inspection {
  faces: number
  /** Shares of the picture's width and height, 0 to 1. */
  box: { left: number, top: number, right: number, bottom: number } | null
  pose: HeadPose | null
  quality: Record<string, unknown> | null
  /** The most urgent first; empty when `ready`. */
  hints: InspectionHint[]
  ready: boolean
}

/** What the service requires of users. */
export interface Options {
  liveness: 'off' | 'passive' | 'challenge'
  signup: 'open' | 'invite'
  /** The domain whose pages can use passkeys. */
  passkey_domain: string | null
}

export interface Challenge {
  /** To be sent with the frames; valid once. */
  nonce: string
  prompts: Prompt[]
  /** Seconds. */
  expires_in: number
  frames: { min: number, max: number, per_second: number }
}

/** One frame of the film of a challenge. */
export interface Shot {
  /** Data URL. */
  image: string
  /** Milliseconds since the first prompt was shown. */
  at: number
  /** The index of the prompt that was shown, from 0. */
  prompt: number
}

/** The reply to a challenge. */
export interface Proof {
  nonce: string
  frames: Shot[]
}

export interface ConsentText {
  version: string
  language: string
  text: string
}

export interface SignupRequest extends Partial<Proof> {
  username: string
  password: string
  email?: string
  display_name?: string
  /** Data URLs, three to eight. */
  images: string[]
  consent: true
  consent_version?: string
  consent_language?: string
  invitation?: string
}

export type RenewalRequest = Omit<SignupRequest, 'username' | 'password' | 'email' | 'display_name' | 'invitation'>

export interface StoredAnswer extends TokenAnswer {
  status: 'stored'
  facial_data: {
    model: string
    images: number
    left_out: { index: number, reasons: string[] }[]
    [further: string]: unknown
  }
}

export interface MeAnswer {
  /** `email` only after a login by password or passkey. */
  user: User & { email?: string | null, face: FaceState }
  amr: ('face' | 'pwd' | 'hwk')[]
  acr: Level
  /** As in the answer to the login. */
  requires: Level | null
  /** Seconds since 1970, as `expires_at`. */
  auth_time: number
  expires_at: number
}

/** What the page of an authorization request shows. */
export interface InteractionAnswer {
  step: 'login' | 'consent' | 'done'
  /** `logo`: a data URL. */
  application: { name: string, logo: string | null, third_party: boolean }
  /** Where the page goes after a login, relative to it. */
  resume: string
  ways: Way[]
  acr: Level | null
  hint: string | null
  user: string | null
  scopes: string[]
}

/** A request that leads nowhere or failed; `back` tells the application so. */
export interface RefusedInteractionAnswer {
  error: string
  error_description?: string
  back?: string
}

export interface FaceAnswer {
  facial_data: Record<string, unknown>
  images: { name: string, base64: string }[]
}

/** A passkey of the user. */
export interface Passkey {
  /** The WebAuthn credential id, in base64url. */
  id: string
  name: string
  aaguid: string
  transports: string[]
  /** Whether the user's password manager or cloud has a copy. */
  backed_up: boolean
  /** Seconds since 1970, as `last_used_at`. */
  created_at: number
  last_used_at: number | null
}

/** Options of a WebAuthn call in their JSON form. */
export interface PasskeyOptions<Kind> {
  public_key: Kind
}

/** A credential in its JSON form. */
export interface PasskeyCredential {
  id: string
  type: string
  response: Record<string, unknown>
}

/** An error answer of the service, no answer (`network`, `timeout`), or a passkey that the browser did not give. */
export declare class ApiError extends Error {
  constructor(code: string, more?: {
    status?: number
    message?: string
    details?: Record<string, unknown>
    requestId?: string
    retryAfter?: number
    cause?: unknown
  })
  readonly code: string
  readonly status: number
  readonly details: Record<string, unknown>
  readonly requestId: string
  /** Seconds; 0 if the service did not say. */
  readonly retryAfter: number
}

/** The service's calls. Each resolves with the answer's JSON or rejects with an `ApiError`. */
export declare class Api {
  constructor(endpoint?: string, transport?: Transport)
  inspect(
    image: string,
    wanted?: { pose?: Pose, front?: Pick<HeadPose, 'yaw' | 'pitch'> },
    options?: CallOptions,
  ): Promise<Inspection>
  options(options?: CallOptions): Promise<Options>
  consent(language: string, options?: CallOptions): Promise<ConsentText>
  challenge(purpose: 'login' | 'signup', options?: CallOptions): Promise<Challenge>
  store(
    person: SignupRequest | RenewalRequest,
    options?: CallOptions & { token?: string, onProgress?: (share: number) => void },
  ): Promise<StoredAnswer>
  recognize(
    image: string,
    options?: CallOptions & { username?: string, recent?: string[], proof?: Proof },
  ): Promise<(TokenAnswer & { status: 'matched' }) | UnknownAnswer>
  login(username: string, password: string, options?: CallOptions): Promise<LoginAnswer>
  refresh(): Promise<LoginAnswer>
  logout(which?: { everywhere?: boolean }): Promise<null>
  me(token: string, options?: CallOptions): Promise<MeAnswer>
  interaction(query: string, options?: CallOptions): Promise<InteractionAnswer | RefusedInteractionAnswer>
  signOn(token: string): Promise<{ status: 'signed_on' }>
  decide(query: string, decision: 'allow' | 'deny'): Promise<{ location: string | null }>
  logOutOfApplications(query: string): Promise<{ location: string | null }>
  face(token: string): Promise<FaceAnswer>
  eraseFace(token: string): Promise<null>
  eraseAccount(token: string): Promise<null>
  changePassword(password: string, token: string): Promise<LoginAnswer>
  resetPassword(token: string, password: string): Promise<null>
  passkeys(token: string): Promise<{ passkeys: Passkey[], max: number }>
  passkeyOptions(token: string): Promise<PasskeyOptions<PublicKeyCredentialCreationOptionsJSON>>
  addPasskey(credential: PasskeyCredential, name: string, token: string): Promise<Passkey>
  renamePasskey(id: string, name: string, token: string): Promise<Passkey>
  removePasskey(id: string, token: string): Promise<null>
  passkeyLoginOptions(options?: CallOptions): Promise<PasskeyOptions<PublicKeyCredentialRequestOptionsJSON>>
  passkeyLogin(credential: PasskeyCredential, options?: CallOptions & { token?: string }): Promise<LoginAnswer>
}

declare global {
  interface HTMLElementTagNameMap {
    'visage-login': VisageLogin
    'visage-signup': VisageSignup
  }
  interface GlobalEventHandlersEventMap extends VisageEventMap {}
}
