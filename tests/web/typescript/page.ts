// A page without a framework that uses everything in the declarations.
import { Api, ApiError, VisageLogin, VisageSignup } from './visage'
import type {
  Answer, Call, CameraTrouble, Hint, LoginStep, Method, Pose, Prompt, Proof, SuccessDetail, Transport,
} from './visage'

const login = document.createElement('visage-login')
const found: VisageSignup | null = document.querySelector('visage-signup')
const made: VisageLogin = new VisageLogin()

login.endpoint = 'https://login.example.org'
login.lang = 'de'
login.theme = 'dark'
login.auto = false
login.signupUrl = '/join'
login.ways = ['password', 'face']
login.acr = 'urn:visage:face:challenge'
login.username = 'ada'
login.resumeSession = false
const shown: LoginStep | null = login.step
const spoken: string = login.language

if (found instanceof VisageSignup) {
  found.poses = ['front', 'left', 'right']
  found.loginUrl = '/enter'
  found.accessToken = null
  found.invitation = new URLSearchParams(location.search).get('invitation')
  const done: boolean = found.step === 'done'
  console.assert(!done)
}

login.addEventListener('visage-ready', () => {})
login.addEventListener('visage-hint', ({ detail }) => {
  const hint: Hint = detail.hint
  console.log(hint, detail.message)
})
document.addEventListener('visage-capture', event => {
  const pose: Pose | undefined = event.detail.pose
  if (pose === 'up' || event.detail.image.length > 1_000_000) event.preventDefault()
})
window.addEventListener('visage-success', ({ detail }) => enter(detail))
login.addEventListener('visage-error', ({ detail }) => console.log(detail.code, detail.details, detail.request_id))
login.addEventListener('visage-fallback', ({ detail }) => {
  const reason: CameraTrouble | 'chosen' | 'not_you' | 'preferred' = detail.reason
  console.log(reason)
})

function enter({ user, access_token, expires_in, method }: SuccessDetail): void {
  const how: Method = method
  console.log(user.display_name ?? user.username, access_token, expires_in.toFixed(), how)
}

const transport: Transport = async (call: Call): Promise<Answer> => {
  const response = await fetch(call.url, { method: call.method, headers: call.headers, body: call.body ?? null })
  return { status: response.status, retryAfter: response.headers.get('Retry-After'), body: await response.text() }
}
login.transport = transport

class Watched extends Api {
  override async recognize(image: string, options?: { username?: string, proof?: Proof }) {
    const answer = await super.recognize(image, options)
    if (answer.status === 'unknown') throw new ApiError('timeout', { retryAfter: 2 })
    return answer
  }
}
login.api = new Watched('https://login.example.org', transport)
const challenge = await login.api.challenge('login')
const first: Prompt | undefined = challenge.prompts[0]
console.log(first, challenge.frames.max, (await login.api.options()).liveness === 'challenge')
await login.api.logout({ everywhere: true })

const opened: Promise<boolean> = login.start()
opened.then(() => made.stop()).then(() => console.log(shown, spoken))
