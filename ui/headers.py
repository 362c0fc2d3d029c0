"""Headers that tell a browser what an answer may do: little."""

from collections.abc import Mapping

_POLICY = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self'",
    'connect-src': "'self'",
    'form-action': "'self'",
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
    # Nothing may turn a text into elements or code.
    'require-trusted-types-for': "'script'",
    'trusted-types': "'none'",
}

#: Of every answer.
EVERYWHERE: Mapping[str, str] = {
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'same-origin',
    'X-Frame-Options': 'DENY',
}
#: Of what the API says: nothing in it may do anything.
OF_API: Mapping[str, str] = {
    **EVERYWHERE,
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cache-Control': 'no-store',
}
#: Of the page and its files.
OF_PAGE: Mapping[str, str] = {
    **EVERYWHERE,
    'Content-Security-Policy': '; '.join(map(' '.join, _POLICY.items())),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
}
