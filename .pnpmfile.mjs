// The node-* packages write `os` and `cpu` as strings, which pnpm ignores: without this hook it would
// fetch the Node builds of every platform.
export const hooks = {
  readPackage(manifest) {
    if (/^node-(linux|darwin|win)-/.test(manifest.name)) {
      manifest.os = [manifest.os].flat();
      manifest.cpu = [manifest.cpu].flat();
    }
    return manifest;
  },
};
