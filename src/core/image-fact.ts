/** One image stage that somebody can build and run. */
export interface Image {
  readonly kind: 'image';
  readonly stage: string;
  readonly base: string;
  /** Whether it is what the file builds when no target is named. */
  readonly final: boolean;
  readonly caBundle?: 'present' | 'absent';
  readonly entrypoint?: string;
  /**
   * Does what runs inside open TLS connections and look for roots in the file system?
   * `evident`: its source shows it · `configured`: it connects to what its user names, with TLS or without · `unasked`:
   * its source is not in the repository · `none`: the source is there and
   * shows none · `builtin`: it carries its own roots · `mounted`: a manifest of the repository mounts a bundle, or names
   * one · `export`: the stage only exports files.
   */
  readonly needsBundle?: 'evident' | 'configured' | 'unasked' | 'none' | 'builtin' | 'mounted' | 'export';
  /** What was seen, for people: `cmd/app/main.go:12 calls http.Get`. */
  readonly evidence: readonly string[];
  /** The lines that would bring the bundle, for people, where one is missing that is needed. */
  readonly fix?: string;
  /**
   * Private keys that every copy of the image has. `committed`: copied from the repository, which has it too · `copied`:
   * from a file outside of it · `generated`: made while the image is built · `argument`: passed as ARG or ENV.
   */
  readonly keys?: readonly {
    readonly origin: 'committed' | 'copied' | 'generated' | 'argument';
    /** `/etc/nginx/tls.key`, `openssl req -x509`, `TLS_KEY`. */
    readonly what: string;
    /** Its certificate names this machine only. */
    readonly development: boolean;
  }[];
  /** How the floor of TLS is lowered for every program of the image: `MinProtocol = TLSv1`, `SECLEVEL=0`, `LEGACY`. */
  readonly floor?: readonly string[];
  /** Certificate authorities of its own that are not what they are meant to be, by what comes of it. */
  readonly authorities?: {
    /**
     * They never become trusted. `unregistered`: nothing takes them up from the folder they lie in · `skipped`: the tool
     * passes over their name · `nested`: over the folder they lie in · `binary`: it takes up DER, which nothing reads · `unlisted`: the list that it goes
     * by does not name them · `lost`: the bundle they were added to is written anew.
     */
    readonly untrusted?: readonly {
      readonly how: 'unregistered' | 'skipped' | 'nested' | 'binary' | 'unlisted' | 'lost';
      /** `/usr/local/share/ca-certificates/corp.pem`. */
      readonly what: string;
      /** Why, and what to do, for people. */
      readonly repair: string;
    }[];
    /**
     * They are trusted, and whoever was on the way while the image was built may have chosen them. `plaintext`: fetched
     * without TLS · `unverified`: with TLS that verifies nobody · `first-use`: taken from a server's own handshake.
     */
    readonly unproven?: readonly {
      readonly how: 'plaintext' | 'unverified' | 'first-use';
      /** `http://pki.corp/ca.crt`, `openssl s_client -connect repo.corp:443`. */
      readonly what: string;
    }[];
    /**
     * Programs find less than they should. `missing`: a variable names a file that is not there · `replaced`: the public
     * roots made way for a few of its own.
     */
    readonly unfound?: readonly {
      readonly how: 'missing' | 'replaced';
      readonly what: string;
      /** What comes of it, for people. */
      readonly effect: string;
    }[];
  };
  /** Its base gets no updates any more: since when (a day), and what about its trust is outdated. */
  readonly ended?: { readonly since: string; readonly trouble: string };
}
