// An OpenID provider of node oidc-provider with what introspection needs: one client, tokens in memory (its default store).
import Provider from 'oidc-provider'

const port = Number(process.env.PORT)
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: process.env.CLIENT_ID,
    client_secret: process.env.CLIENT_SECRET,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: []
  }],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    introspection: { enabled: true }
  },
  ttl: { ClientCredentials: 86400 }
})
provider.listen(port, '127.0.0.1')
