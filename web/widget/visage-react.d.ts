/** The elements in JSX of React 19, which sets properties if an element has them, and attributes otherwise. */

import type { DetailedHTMLProps, HTMLAttributes } from 'react'
import type {
  Api, Level, Pose, Theme, Transport, VisageEventMap, VisageLogin, VisageSignup, Way,
} from './visage'

type Handlers = { [name in keyof VisageEventMap as `on${name}`]?: (event: VisageEventMap[name]) => void }

type Props<Element, Own> = DetailedHTMLProps<HTMLAttributes<Element>, Element> & Handlers & Own & {
  endpoint?: string
  theme?: Theme
  api?: Api
  transport?: Transport
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'visage-login': Props<VisageLogin, {
        auto?: boolean
        'signup-url'?: string
        'account-url'?: string
        ways?: Way[]
        acr?: Level | null
        username?: string | null
        'resume-session'?: 'on' | 'off'
      }>
      'visage-signup': Props<VisageSignup, {
        poses?: Pose[]
        'login-url'?: string
        invitation?: string | null
        accessToken?: string | null
      }>
    }
  }
}
