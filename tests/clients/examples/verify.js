// Prints what the first example of the README says of tokens: node verify.js <token>...
import { mayPay, userOf } from './example.js'

const [user, ...tokens] = process.argv.slice(2)
console.log(JSON.stringify([await userOf(user), ...(await Promise.all(tokens.map(mayPay)))]))
