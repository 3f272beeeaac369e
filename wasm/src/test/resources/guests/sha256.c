// SPDX-License-Identifier: Apache-2.0
//
// A guest that computes: SHA-256 (FIPS 180-4) of 1 MiB, and a loop over floats. Built with
//   clang --target=wasm32 -nostdlib -O2 -fno-builtin -Wl,--no-entry -Wl,-s sha256.c -o sha256.wasm
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

__attribute__((import_module("env"), import_name("value_return"))) extern void value_return(
    u64 tag, u64 address, u64 length);

static const u32 K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static u8 data[(1 << 20) + 64];
static u32 state[8];
static u8 digest[32];

static u32 rotate(u32 x, int n) { return x >> n | x << (32 - n); }

static void block(const u8 *p) {
  u32 w[64];
  for (int i = 0; i < 16; i++)
    w[i] = (u32)p[4 * i] << 24 | (u32)p[4 * i + 1] << 16 | (u32)p[4 * i + 2] << 8 | p[4 * i + 3];
  for (int i = 16; i < 64; i++) {
    u32 a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7] +
           (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
  }
  u32 v[8];
  for (int i = 0; i < 8; i++) v[i] = state[i];
  for (int i = 0; i < 64; i++) {
    u32 e = v[4], a = v[0];
    u32 t1 = v[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & v[5]) ^ (~e & v[6])) +
             K[i] + w[i];
    u32 t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
             ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
    for (int j = 7; j > 0; j--) v[j] = v[j - 1];
    v[4] += t1;
    v[0] = t1 + t2;
  }
  for (int i = 0; i < 8; i++) state[i] += v[i];
}

__attribute__((export_name("sha256"))) void sha256(void) {
  static const u32 start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                               0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  for (int i = 0; i < 8; i++) state[i] = start[i];
  for (u32 i = 0; i < 1 << 20; i++) data[i] = (u8)(i * 31);
  data[1 << 20] = 0x80;
  u64 bits = 8ull << 20;
  for (int i = 0; i < 8; i++) data[(1 << 20) + 56 + i] = (u8)(bits >> (56 - 8 * i));
  for (u32 i = 0; i < sizeof data; i += 64) block(data + i);
  for (int i = 0; i < 32; i++) digest[i] = (u8)(state[i / 4] >> (24 - 8 * (i % 4)));
  value_return(0, (u64)(unsigned long)digest, sizeof digest);
}

static double result;

__attribute__((export_name("floats"))) void floats(void) {
  double sum = 0;
  for (u32 i = 1; i <= 1000000; i++) sum += 1.0 / ((double)i * (double)i);
  result = sum;
  value_return(0, (u64)(unsigned long)&result, sizeof result);
}
