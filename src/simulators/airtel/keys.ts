/**
 * A throw-away pair of the portal's own length: it opens nothing but PINs and signatures of simulated lenders, so it may
 * stand here for everybody to read. The public key as the portal shows it: bare base64.
 */
export const AIRTEL_PUBLIC_KEY =
  'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDhC92zfoKEjUMp6vYLvz1pw0VLscAzU8d/mjzj4ELvIcuC0znXIo' +
  '/Y2+zmk+leRopaqhHkIgnN3xg9oP7rHRKtSKjA+R1eoKBH0Fcr3cJCi3eIz5rvCWJ8cCsP2h61i2WAYbmke4zEdPOm' +
  '3uHF2RiJYWoWrrO8Byo1uuwjiD2nQwIDAQAB'

export const AIRTEL_PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAOEL3bN+goSNQynq
9gu/PWnDRUuxwDNTx3+aPOPgQu8hy4LTOdcij9jb7OaT6V5GilqqEeQiCc3fGD2g
/usdEq1IqMD5HV6goEfQVyvdwkKLd4jPmu8JYnxwKw/aHrWLZYBhuaR7jMR086be
4cXZGIlhahaus7wHKjW67COIPadDAgMBAAECgYEAjeJ0UaF2WmnRqZD4tWlKJ+80
NkgIHJQ6mEm/EBCpQqk07PONaQTiWmA2GR2yKX0h542IICQRuFlqqBhkAAnhZm5Z
jKNaRtvq3ryviGD0evAiOQhbcnFpcZqL7nO8KN/cXCbyMbEnDFYHxz+iY16xldRT
+Ga3DgEf84ih1qa+RQkCQQDxaHDnhrxDG+wJ08DkXaPpe8HVZGeI8KiJ5J+QgsPG
a9cI8huum9jpO5XPiFJseuRVCYmn7201gcGjwe/T2PBVAkEA7qY+lDAjNCAQj/u8
5y9M1uy7qqnZ3kK1mK7hJoG6BTq3XAxx9ghWOQlm6ti8OSRpB/q9Gc2qRcWYDYpm
mtrxNwJAXcHPX8xPX8z/Xk20c7z+hRbAkE0ffOriujNl2W0/9dc6O8o0ABudIfA3
XdO3F1SfS3uZz/RIOOi9OQmASInPxQJABBUB4wUDxSN7RQs4SvgLJ237M8sd9+hK
NOdg4Ii9htNfSYrI9D1mRCl+Aixc49lUlpdaXrOe4vyjQjAI20M9dwJAPzAzwduZ
aCDhxPQWXaxdH4UAOdimk0IngkAd/6f6+0wDhNq1QfGio0mVmsARmPJdz+W4mZn3
O56c2pjMoFVQlw==
-----END PRIVATE KEY-----
`
