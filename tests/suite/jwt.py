"""Tokens and logins signed by hand (ES256 over P-256, standard library only), for what no honest signer would sign."""
import base64
import hashlib
import json
import secrets
import time

P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff
N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
G = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
     0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        m = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P) % P
    else:
        m = (b[1] - a[1]) * pow(b[0] - a[0], -1, P) % P
    x = (m * m - a[0] - b[0]) % P
    return x, (m * (a[0] - x) - a[1]) % P


def times(k, p):
    r = None
    while k:
        if k & 1:
            r = add(r, p)
        p = add(p, p)
        k >>= 1
    return r


def b64(b):
    return base64.urlsafe_b64encode(b).rstrip(b'=').decode()


def key_of(jwk_file):
    """(kid, secret) of a private JWK file."""
    j = json.loads(jwk_file.read_text())
    d = j['d']
    return j['kid'], int.from_bytes(base64.urlsafe_b64decode(d + '=' * (-len(d) % 4)), 'big')


def sign(claims, kid, secret=None, alg='ES256'):
    """A compact JWS; without a secret it is signed by a key that nobody knows."""
    secret = secret or secrets.randbelow(N - 1) + 1
    head = b64(json.dumps({'alg': alg, 'kid': kid}).encode())
    text = head + '.' + b64(json.dumps(claims).encode())
    z = int.from_bytes(hashlib.sha256(text.encode()).digest(), 'big')
    k = secrets.randbelow(N - 1) + 1
    r = times(k, G)[0] % N
    s = pow(k, -1, N) * (z + r * secret) % N
    return text + '.' + b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))


def token_claims(person, homes, lasts=3600, **other):
    now = int(time.time())
    return {'iss': 'xiangqin', 'aud': 'xiangqin', 'sub': person, 'homes': homes, 'iat': now, 'exp': now + lasts, **other}


def login_claims(subject, homes, lasts=600, **other):
    now = int(time.time())
    return {'iss': 'login-dev', 'aud': 'xiangqin-login', 'sub': subject, 'kind': 'phone', 'home': homes, 'iat': now, 'exp': now + lasts,
            **other}
