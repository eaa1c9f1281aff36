/**
 * Names that change what a program or a shell is before its first line: which libraries it is made of, which code it begins with. What
 * only says whom it trusts or how it reaches servers (`NODE_EXTRA_CA_CERTS`, `NODE_USE_*`, `NODE_TLS_*`) is none.
 */
const loading =
  /^(LD_|DYLD_|NODE_(?!EXTRA_CA_CERTS$|USE_|TLS_)|OPENSSL_|BASH_|(ENV|SHELLOPTS|BASHOPTS|PS4|GCONV_PATH|GLIBC_TUNABLES)$)/;

/** No job sets a name of this form itself. */
const setAside = 'CRONKEEPER_FOR_OTHERS_';

type Variables = Readonly<Record<string, string>>;

/** Whether a variable of this name would load something into a program of ours. */
export const isLoading = (name: string): boolean => loading.test(name);

/** What `loadingAside` makes of such a name. */
export const asideName = (name: string): string => setAside + name;

const renamed = (variables: Variables, to: (name: string) => string | null): Variables =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => {
      const other = to(name);
      return other === null ? [] : [[other, value]];
    }),
  );

/** For a program of ours that needs nothing of the job's but where and with what it works. */
export const withoutLoading = (variables: Variables): Variables =>
  renamed(variables, (name) => (isLoading(name) ? null : name));

/** For a program of ours that starts others: they get these names back by `handedOn`, it is not loaded by them itself. */
export const loadingAside = (variables: Variables): Variables =>
  renamed(variables, (name) => (isLoading(name) ? asideName(name) : name));

/** What `loadingAside` set aside, under its own names again. */
export const handedOn = (variables: Variables): Variables =>
  renamed(variables, (name) => (name.startsWith(setAside) ? name.slice(setAside.length) : name));
