/** The deployment's key for certificates: ECDSA on P-256 with SHA-256, in KMS or on this machine. */
export type CertificateSigner = {
  /** SubjectPublicKeyInfo in DER, as hex. */
  publicKey(): Promise<string>;
  /** The signature over a text's UTF-8 bytes, at most 4,096 of them: r and s, 32 bytes each, as hex. */
  sign(text: string): Promise<string>;
};
