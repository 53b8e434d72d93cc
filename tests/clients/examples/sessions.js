// The session store of a single browser, for the second example of the README.
export const session = {}
export const sessionOf = () => session
