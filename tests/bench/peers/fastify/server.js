// GET /items/ of a Fastify application: @fastify/jwt checks the token. Its cache of checked tokens stays off, as it is by default.
import fastify from 'fastify'
import jwt from '@fastify/jwt'

const app = fastify({ logger: false })
await app.register(jwt, { secret: process.env.SECRET, verify: { algorithms: ['HS256'] } })
app.get('/items/', { onRequest: request => request.jwtVerify() },
  async request => ({ token: request.headers.authorization.slice('Bearer '.length) }))
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
