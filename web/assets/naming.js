// Names that files go by, made of what people call things.
export function derived(words, kind = "lua_chon") {
  const plain = words.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  return /^[a-z]/.test(plain) ? plain : plain ? `${kind}_${plain}` : kind;
}
export function unique(id, taken) {
  if (!taken.includes(id)) return id;
  for (let number = 2; ; number += 1) if (!taken.includes(`${id}_${number}`)) return `${id}_${number}`;
}
