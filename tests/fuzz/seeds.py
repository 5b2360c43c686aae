"""Seeds for the fuzz targets: seeds.py FOLDER writes FOLDER/<target>/seeds/*. From the contract and from what broke others' parsers."""
import json
import pathlib
import struct
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
out = pathlib.Path(sys.argv[1])


def put(target, name, data):
    folder = out / target / 'seeds'
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


HTTP = [b'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n', b'PUT /v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}',
        b'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\n{}\r\n0\r\nT: v\r\n\r\n',
        b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', b'GET / HTTP/1.0\r\n\r\n',
        b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        b'GET / HTTP/1.1\nHost: a\n\n', b'GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n', b'GET / HTTP/1.1\r\nHost : a\r\n\r\n',
        b'GET http://a/b HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x.y.z\r\nExpect: 100-continue\r\n\r\n']
for i, h in enumerate(HTTP):
    put('http', str(i), struct.pack('<H', 7) + h)

ops, paths = [], []
for service in sorted((ROOT / 'schemas/api').glob('*.json')):
    for path, item in json.loads(service.read_text())['paths'].items():
        for method, op in item.items():
            if isinstance(op, dict) and 'operationId' in op:
                ops.append(op['operationId'])
                paths.append((method.upper(), path))
for i, file in enumerate(sorted((ROOT / 'schemas/examples').glob('*/*.json'))):
    for k in range(0, 256, 37):
        put('body', f'{i}-{k}', bytes([k]) + file.read_bytes())
METHODS = ['GET', 'PUT', 'POST', 'HEAD', 'DELETE']
for i, (method, path) in enumerate(paths):
    filled = path.replace('{street}', '330102001')
    while '{' in filled:
        filled = filled[:filled.index('{')] + '01a20dd2-7f95-7186-9457-b41c53acf4f1' + filled[filled.index('}') + 1:]
    put('params', str(i), bytes([METHODS.index(method) if method in METHODS else 0]) + (filled + '?limit=5&cursor=MQ&street=330102001').encode())


def text(s):
    return struct.pack('<I', len(s)) + s


put('frames', 'empty-pack', bytes([0]) + struct.pack('<I', 0))
put('frames', 'pack', bytes([0]) + struct.pack('<II', 1, 64) + bytes(64))
put('frames', 'rules', bytes([3]) + bytes([0x01, 0, 0x09, 3, 0x00, 64]) + bytes(64) + bytes([0x09, 9, 0x02, 20]) + bytes(20) + bytes([0x16, 0, 0x09, 255]))
put('config', 'all', b'common: { routers = ["ipc://run/router"]; keys = "keys"; curve = true; clock = "story"; };\ngateway: { port = 8080; rates = ["a 1 2"]; };\n')
put('config', 'include', b'@include "x"\n')
put('config', 'deep', b'gateway: ' + b'{ a: ' * 40 + b'1' + b'}' * 40 + b';')
