"""The opcode maps of x86 as text: which opcodes there are, and what makes an instruction's length and registers.

Facts of Intel's SDM, volume 2 (chapter 2, appendix A and the instructions' pages) and, for newer ones, of the
instruction set extensions reference. A line is `opcodes: words`, and says the same of all its opcodes. Words are

  np 66 f3 f2     the mandatory prefixes with which this holds; without any the prefix only changes the meaning
  rm mem reg      there is a ModRM: of registers or memory, of memory alone, of registers alone
  cr              a ModRM that names registers whatever its mod says
  sib             the memory operand must have a SIB
  /2 /4-7         values of ModRM.reg; without any all
  =c1 =e8-ff      whole ModRM bytes, all of registers
  ib iw iz iv     an immediate of 1, 2, 2 or 4, 2 or 4 or 8 bytes
  ia ip iwb       an address as wide as addresses are, a far pointer, enter's two immediates
  rel8 relz       a displacement from the next instruction: what is copied elsewhere would branch elsewhere
  relative        the same for what is no branch instruction: xbegin's immediate
  gpr byte        ModRM.reg is a general-purpose register, or one of 8 bits
  vgpr            VEX.vvvv is a general-purpose register
  ax cx dx bx     registers that are used though none of the fields names them
  lock            may have a LOCK, where its operand is memory
  leaves          goes to an address that does not depend on its own
  call            goes there, and pushes the address behind itself
  saves           makes the processor save its own address, or the next: int n, syscall, ud2
  masks           holds back the debug exception after the next instruction
  32 64           in one mode only

Not here, and so refused: what only AMD has (3DNow!, SSE4a, FMA4, XOP), APX (REX2, EVEX map 4), encodings that the
manual calls reserved though processors take them (shl by /6, test by /1, salc), the returns of FRED and of user
interrupts, the leaf functions of SGX. Which values of L, W and vvvv a VEX or EVEX opcode has is not told: they
change no length."""

from __future__ import annotations

LEGACY = """
00 08 10 18 20 28 30:           rm byte lock
01 09 11 19 21 29 31:           rm gpr lock
02 0a 12 1a 22 2a 32 38 3a:     rm byte
03 0b 13 1b 23 2b 33 39 3b:     rm gpr
04 0c 14 1c 24 2c 34 3c a8:     ib
05 0d 15 1d 25 2d 35 3d a9:     iz
06-07 0e 16 1e-1f 27 2f 37 3f:  32
17:                             masks 32
40-4f 60-61:                    32
62:                             mem gpr 32
63:                             rm gpr
50-5f 6c-6f 90-99 9b-9f a4-a7 aa-af c9 d7 ec-ef f4-f5 f8-fd:
68:                             iz
69:                             rm gpr iz
6a:                             ib
6b:                             rm gpr ib
70-7f e0-e3 eb:                 rel8
e8-e9:                          relz
80:                             rm ib lock /0-6
80:                             rm ib /7
82:                             rm ib lock /0-6 32
82:                             rm ib /7 32
81:                             rm iz lock /0-6
81:                             rm iz /7
83:                             rm ib lock /0-6
83:                             rm ib /7
84 88 8a:                       rm byte
85 89 8b:                       rm gpr
86:                             rm byte lock
87:                             rm gpr lock
8c:                             rm /0-5
8d:                             mem gpr
8e:                             rm /0 /3-5
8e:                             rm masks /2
8f:                             rm /0
9a:                             ip call 32
ea:                             ip leaves 32
a0-a3:                          ia
b0-b7 e4-e7:                    ib
b8-bf:                          iv
c0-c1:                          rm ib /0-5 /7
d0-d1:                          rm /0-5 /7
d2-d3:                          rm cx /0-5 /7
c2 ca:                          iw leaves
c3 cb cf:                       leaves
c4-c5:                          mem gpr 32
c6:                             rm ib /0
c6:                             ib =f8
c7:                             rm iz /0
c7:                             iz relative =f8
c8:                             iwb
cc f1:                          saves
cd:                             ib saves
ce:                             saves 32
d4-d5:                          ib 32
d8:                             rm
d9:                             mem /0 /2-7
d9:                             =c0-d0 =e0-e1 =e4-e5 =e8-ee =f0-ff
da:                             mem
da:                             =c0-df =e9
db:                             mem /0-3 /5 /7
db:                             =c0-df =e0-e4 =e8-f7
dc:                             mem
dc:                             =c0-cf =e0-ff
dd:                             mem /0-4 /6-7
dd:                             =c0-c7 =d0-ef
de:                             mem
de:                             =c0-cf =d9 =e0-ff
df:                             mem
df:                             =e0 =e8-f7
f6:                             rm ib /0
f7:                             rm iz /0
f6-f7:                          rm lock /2-3
fe-ff:                          rm lock /0-1
f6:                             rm ax /4-7
f7:                             rm ax dx /4-7
ff:                             rm call /2
ff:                             mem call /3
ff:                             rm leaves /4
ff:                             mem leaves /5
ff:                             rm /6
"""

LEGACY_0F = """
00:                             rm /0-5
01:                             mem /0-4 /6-7
01:                             f3 mem /5
01:                             =c0-c6 =c8-cb =cf =d0-d1 =d4-d6 =d8-df =e0-e8 =ea =ee-f7 =f9-fd
01:                             =f8 64
02-03:                          rm gpr
05:                             saves
06 08 30-33 37 a0-a2 a8-a9 c8-cf:
07:                             leaves
09:                             np f3
77:                             np
0b:                             saves
0d 18-1f 90-9f:                 rm
10-11 51 58-5a 5c-5f:           np 66 f3 f2 rm
12:                             np f3 f2 rm
12 16:                          66 mem
13 17 2b e7:                    np 66 mem
14-15 28-29 2e-2f 54-57:        np 66 rm
16:                             np f3 rm
20-23:                          cr gpr
2a:                             np 66 f3 f2 rm
2c-2d:                          np 66 rm
2c-2d:                          f3 f2 rm gpr
34:                             saves
35:                             leaves
40-4f:                          rm gpr
50 d7:                          np 66 reg gpr
52-53:                          np f3 rm
5b 6f 7f:                       np 66 f3 rm
60-6b 6e 74-76 7e:              np 66 rm
6c-6d d6:                       66 rm
70:                             np 66 f3 f2 rm ib
71-72:                          np 66 reg ib /2 /4 /6
73:                             np 66 reg ib /2 /6
73:                             66 reg ib /3 /7
78-79:                          np rm gpr
7c-7d d0:                       66 f2 rm
7e:                             f3 rm
80-8f:                          relz
a3:                             rm gpr
ab b3 bb c1:                    rm gpr lock
a4 ac:                          rm gpr ib
a5 ad:                          rm gpr cx
aa:                             leaves
ae:                             np mem /0-3 /7
ae:                             np mem ax dx /4-6
ae:                             66 mem /6-7
ae:                             f3 mem /4 /6
ae:                             np =e8-ff
ae:                             f3 reg /0-3 64
ae:                             f3 reg /4-6
ae:                             66 f2 reg /6
af bc-bd:                       rm gpr
b0:                             rm byte ax lock
b1:                             rm gpr ax lock
b2 b4-b5:                       mem gpr
b6-b7 be-bf:                    rm gpr
b8:                             f3 rm gpr
b9 ff:                          rm gpr saves
ba:                             rm ib /4
ba:                             rm ib lock /5-7
c0:                             rm byte lock
c2:                             np 66 f3 f2 rm ib
c3:                             np mem gpr
c4 c6:                          np 66 rm ib
c5:                             np 66 reg gpr ib
c7:                             mem ax cx dx bx lock /1
c7:                             np mem ax dx /3-5
c7:                             np 66 f3 mem /6
c7:                             np mem /7
c7:                             np 66 reg /6-7
c7:                             f3 reg /6 64
c7:                             f3 reg /7
d1-d3 d5 d8-e5 e8-ef:           np 66 rm
d4 f1-f6 f8-fe:                 np 66 rm
d6:                             f3 f2 reg
e6:                             66 f3 f2 rm
f0:                             f2 mem
f7:                             np 66 reg
"""

LEGACY_0F38 = """
00-0b 1c-1e:                    np 66 rm
10 14-15 17 20-25 28-29 2b 30-35 37-41 cf db-df: 66 rm
2a:                             66 mem
80-82 f5:                       66 mem gpr
c8-cd:                          np rm
d8:                             f3 mem /0-3
dc-df:                          f3 mem
dc:                             f3 reg
fa-fb:                          f3 reg gpr
f0-f1:                          np 66 mem gpr
f0-f1:                          f2 rm gpr
f6 f9 fc:                       np mem gpr
f6:                             66 f3 rm gpr
f8 fc:                          66 f3 f2 mem gpr
"""

LEGACY_0F3A = """
08-0e 14-17 20-22 40-42 44 62 ce-cf df: 66 rm ib
0f:                             np 66 rm ib
60:                             66 rm ib ax dx
61:                             66 rm ib ax cx dx
63:                             66 rm ib cx
cc:                             np rm ib
f0:                             f3 =c0 ib
"""

VEX_1 = """
10-11 51 58-5a 5c-5f:           np 66 f3 f2 rm
12:                             np f3 f2 rm
12 16:                          66 mem
13 17 2b:                       np 66 mem
14-15 28-29 2e-2f 54-57:        np 66 rm
16 52-53:                       np f3 rm
2a:                             f3 f2 rm
2c-2d:                          f3 f2 rm gpr
41-42 44-47 4a-4b 98-99:        np 66 reg
50:                             np 66 reg gpr
5b:                             np 66 f3 rm
60-6e 74-76 d1-d6 d8-e5 e8-ef f1-f6 f8-fe: 66 rm
6f 7e-7f:                       66 f3 rm
70:                             66 f3 f2 rm ib
71-72:                          66 reg ib /2 /4 /6
73:                             66 reg ib /2-3 /6-7
77:                             np
7c-7d d0:                       66 f2 rm
90:                             np 66 rm
91:                             np 66 mem
92:                             np 66 f2 reg
93:                             np 66 f2 reg gpr
ae:                             np mem /2-3
c2:                             np 66 f3 f2 rm ib
c4:                             66 rm ib
c5:                             66 reg gpr ib
c6:                             np 66 rm ib
d7:                             66 reg gpr
e6:                             66 f3 f2 rm
e7:                             66 mem
f0:                             f2 mem
f7:                             66 reg
"""

VEX_2 = """
00-0f 13 16-19 1c-1e 20-25 28-29 2b 30-41 45-47: 66 rm
1a 2a 2c-2f 5a 8c 8e:           66 mem
49:                             np mem /0 64
49:                             66 mem /0 64
49:                             np =c0 64
49:                             f2 =c0 =c8 =d0 =d8 =e0 =e8 =f0 =f8 64
4b:                             66 f3 f2 mem sib 64
50-51:                          np 66 f3 f2 rm
52-53 58-59 78-79 96-9f a6-af b4-bf cf db-df: 66 rm
5c:                             f3 f2 reg 64
5e:                             np 66 f3 f2 reg 64
6c:                             np 66 reg 64
72:                             f3 rm
90-93:                          66 mem sib
b0:                             np 66 f3 f2 mem
b1:                             66 f3 mem
cb-cd:                          f2 reg
d2-d3:                          np 66 f3 rm
da:                             np 66 f3 f2 rm
e0-ef:                          66 mem gpr vgpr 64
f2:                             np rm gpr vgpr
f3:                             np rm vgpr /1-3
f5:                             np f3 f2 rm gpr vgpr
f6:                             f2 rm gpr vgpr dx
f7:                             np 66 f3 f2 rm gpr vgpr
"""

VEX_3 = """
00-02 04-06 08-0f 14-19 1d 20-22 38-39 40-42 44 46 4a-4c 62 ce-cf de-df: 66 rm ib
30-33:                          66 reg ib
60:                             66 rm ib ax dx
61:                             66 rm ib ax cx dx
63:                             66 rm ib cx
f0:                             f2 rm gpr ib
"""

EVEX_1 = """
10-11 51 58-5a 5c-5f:           np 66 f3 f2 rm
12:                             np f3 f2 rm
12 16:                          66 mem
13 17 2b:                       np 66 mem
14-15 28-29 2e-2f 54-57 78-79:  np 66 rm
16:                             np f3 rm
2a:                             f3 f2 rm
2c-2d 78-79:                    f3 f2 rm gpr
5b:                             np 66 f3 rm
60-6e 74-76 d1-d6 d8-e5 e8-ef f1-f6 f8-fe: 66 rm
6f 7a-7b 7f e6:                 66 f3 f2 rm
7e:                             66 f3 rm
70:                             66 f3 f2 rm ib
71:                             66 rm ib /2 /4 /6
72:                             66 rm ib /0-2 /4 /6
73:                             66 rm ib /2-3 /6-7
c2:                             np 66 f3 f2 rm ib
c4:                             66 rm ib
c5:                             66 reg gpr ib
c6:                             np 66 rm ib
e7:                             66 mem
"""

EVEX_2 = """
00 04 0b-0d 16 18-19 1c-1f 2b-2d 36-40 42-47 4c-51 54-55 58-59 62-66: 66 rm
70-71 73 75-79 7d-7f 83 88-8b 8d 8f 96-9f a6-af b4-bf c4 c8 ca-cd cf dc-df: 66 rm
10-15 20-27 30-35:              66 f3 rm
1a-1b 2a 5a-5b:                 66 mem
28-29:                          66 rm
28-2a 38-3a:                    f3 reg
52:                             66 f3 rm
52-53:                          f2 mem
53:                             66 rm
68:                             f2 rm
72:                             66 f3 f2 rm
7a-7c:                          66 reg
90-93 a0-a3:                    66 mem sib
9a-9b aa-ab:                    f2 mem
c6-c7:                          66 mem sib /1-2 /5-6
"""

EVEX_3 = """
00-01 03-05 09 0b 0f 14-1b 1d-1f 20-23 25 38-3b 3e-3f 42-44 50-51 54-55 70-73 ce-cf: 66 rm ib
08 0a 26-27 56-57 66-67:        np 66 rm ib
c2:                             np f3 rm ib
"""

EVEX_5 = """
10-11 2a:                       f3 rm
1d 7c:                          np 66 rm
2c-2d 78-79:                    f3 rm gpr
2e-2f:                          np rm
51 58-59 5c-5f:                 np f3 rm
5a 7d:                          np 66 f3 f2 rm
5b:                             np 66 f3 rm
6e 7e:                          66 rm
78-79:                          np 66 rm
7a:                             66 f2 rm
7b:                             66 f3 rm
"""

EVEX_6 = """
13:                             np 66 rm
2c-2d 42-43 4c-4f 96-9f a6-af b6-bf: 66 rm
56-57 d6-d7:                    f3 f2 rm
"""

# How an opcode is reached: (bytes that announce it, its map) → its lines. 0 legacy, 1 VEX, 2 EVEX.
MAPS = {
    (0, 0): LEGACY, (0, 1): LEGACY_0F, (0, 2): LEGACY_0F38, (0, 3): LEGACY_0F3A,
    (1, 1): VEX_1, (1, 2): VEX_2, (1, 3): VEX_3,
    (2, 1): EVEX_1, (2, 2): EVEX_2, (2, 3): EVEX_3, (2, 5): EVEX_5, (2, 6): EVEX_6,
}  # fmt: skip
