/** The tag by which the bucket's lifecycle lets a recording go; without `released` it never expires. */
export const retentionTag = { key: 'retention', kept: 'kept', released: 'released' } as const;
