import { canonicalJson } from '../domain/canonical-json.ts';
import type { Certificate, SignedCertificate } from '../domain/certificate/certificate.ts';
import { makeCertificate, makeManifest } from '../domain/certificate/make-certificate.ts';
import type { CertificateSigner } from '../ports/certificate-signer.ts';

/** R4.2 Makes and signs the certificate. What is handed out and kept is `canonicalJson` of it, to the byte. */
export const signCertificate = async (
  facts: Omit<Certificate, 'strength'>,
  signer: CertificateSigner,
): Promise<SignedCertificate> => {
  const certificate = makeCertificate(facts);
  const manifest = makeManifest(certificate, await signer.publicKey());
  return { ...manifest, certificate, signature: await signer.sign(canonicalJson(manifest)) };
};
