/* SPDX-License-Identifier: ISC */
/* stubs.S - what stands in for the functions of libraries not yet loaded. */

/*
 * Loading OpenSSL and libedit takes as long as a whole session that needs
 * neither.  So telex is linked with this file instead: it has a function of
 * the same name for each one that telex uses, which jumps to where its slot
 * points.  A slot that is empty has lazy_load fill the slots of the whole
 * library first; whoever called does not notice.
 *
 * The slots are among what the dynamic linker makes read-only at the start,
 * on pages of their own; only lazy_load writes there.
 *
 * lazy.sh lists, in the words defined here, what is needed:
 *
 *	library ID, "SONAME"	and then all of its functions:
 *	function ID, NAME
 *	release ID, NAME	one that frees; nothing is loaded for NULL
 */

#if !defined __ELF__ || !defined __LP64__
#error "not known here"
#endif

	.macro	symbol name
	.globl	\name
	.hidden	\name
	.type	\name, %function
	.pushsection .rodata.lazy, "a"
	.asciz	"\name"
	.popsection
	.pushsection .data.rel.ro.lazy, "aw"
.Lslot_\name:
	.quad	0
	.popsection
	.text
	.balign	16
\name:
	.cfi_startproc
	.endm

	.macro	symbol_end name
	.cfi_endproc
	.size	\name, . - \name
	.endm

/* Names and slots of a library, each list right behind the one before. */
	.macro	lists id, soname
	.pushsection .rodata.lazy, "a"
	.byte	0
.Lsoname_\id:
	.asciz	"\soname"
.Lnames_\id:
	.popsection
	.pushsection .data.rel.ro.lazy, "aw"
.Lslots_\id:
	.popsection
	note	"\soname"
	.endm

/* For those who make packages: systemd.io/ELF_DLOPEN_METADATA. */
	.macro	note soname
	.pushsection .note.dlopen, "a", %note
	.balign	4
	.long	2f - 1f, 4f - 3f, 0x407c0c0a
1:	.asciz	"FDO"
2:	.balign	4
3:	.ascii	"[{\"soname\":[\"\soname\"],\"priority\":\"required\"}]"
	.byte	0
4:	.balign	4
	.popsection
	.endm

#if defined __x86_64__
#define PAGE 4096
#include <cet.h>

	.macro	jump_by_slot name
	_CET_ENDBR
	mov	.Lslot_\name(%rip), %r11
	test	%r11, %r11
	jz	1f
	jmp	*%r11
1:
	.endm

	.macro	jump_after_load id, name
	lea	\name(%rip), %r11
	jmp	load_\id
	.endm

	.macro	return_if_null
	test	%rdi, %rdi
	jnz	2f
	ret
2:
	.endm

/* Save what may hold an argument, load, do the call again: %r11. */
	.macro	library id, soname
	lists	\id, "\soname"
	.text
	.balign	16
	.type	load_\id, %function
load_\id:
	.cfi_startproc
	push	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	mov	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	sub	$192, %rsp
	movaps	%xmm0, (%rsp)
	movaps	%xmm1, 16(%rsp)
	movaps	%xmm2, 32(%rsp)
	movaps	%xmm3, 48(%rsp)
	movaps	%xmm4, 64(%rsp)
	movaps	%xmm5, 80(%rsp)
	movaps	%xmm6, 96(%rsp)
	movaps	%xmm7, 112(%rsp)
	mov	%rax, 128(%rsp)
	mov	%rdi, 136(%rsp)
	mov	%rsi, 144(%rsp)
	mov	%rdx, 152(%rsp)
	mov	%rcx, 160(%rsp)
	mov	%r8, 168(%rsp)
	mov	%r9, 176(%rsp)
	mov	%r11, 184(%rsp)
	lea	.Lsoname_\id(%rip), %rdi
	lea	.Lnames_\id(%rip), %rsi
	lea	.Lslots_\id(%rip), %rdx
	call	lazy_load
	movaps	(%rsp), %xmm0
	movaps	16(%rsp), %xmm1
	movaps	32(%rsp), %xmm2
	movaps	48(%rsp), %xmm3
	movaps	64(%rsp), %xmm4
	movaps	80(%rsp), %xmm5
	movaps	96(%rsp), %xmm6
	movaps	112(%rsp), %xmm7
	mov	128(%rsp), %rax
	mov	136(%rsp), %rdi
	mov	144(%rsp), %rsi
	mov	152(%rsp), %rdx
	mov	160(%rsp), %rcx
	mov	168(%rsp), %r8
	mov	176(%rsp), %r9
	mov	184(%rsp), %r11
	leave
	.cfi_def_cfa %rsp, 8
	.cfi_restore %rbp
	jmp	*%r11
	.cfi_endproc
	.size	load_\id, . - load_\id
	.endm

#elif defined __aarch64__
#define PAGE 65536

	.macro	address register, of
	adrp	\register, \of
	add	\register, \register, :lo12:\of
	.endm

/* The first instruction is "bti c", which older processors skip. */
	.macro	jump_by_slot name
	hint	34
	adrp	x16, .Lslot_\name
	ldr	x16, [x16, :lo12:.Lslot_\name]
	cbz	x16, 1f
	br	x16
1:
	.endm

	.macro	jump_after_load id, name
	address	x16, \name
	b	load_\id
	.endm

	.macro	return_if_null
	cbnz	x0, 2f
	ret
2:
	.endm

/* Save what may hold an argument, load, do the call again: x16. */
	.macro	library id, soname
	lists	\id, "\soname"
	.text
	.balign	16
	.type	load_\id, %function
load_\id:
	.cfi_startproc
	stp	x29, x30, [sp, -224]!
	.cfi_def_cfa_offset 224
	.cfi_offset x29, -224
	.cfi_offset x30, -216
	mov	x29, sp
	stp	q0, q1, [sp, 16]
	stp	q2, q3, [sp, 48]
	stp	q4, q5, [sp, 80]
	stp	q6, q7, [sp, 112]
	stp	x0, x1, [sp, 144]
	stp	x2, x3, [sp, 160]
	stp	x4, x5, [sp, 176]
	stp	x6, x7, [sp, 192]
	stp	x8, x16, [sp, 208]
	address	x0, .Lsoname_\id
	address	x1, .Lnames_\id
	address	x2, .Lslots_\id
	bl	lazy_load
	ldp	q0, q1, [sp, 16]
	ldp	q2, q3, [sp, 48]
	ldp	q4, q5, [sp, 80]
	ldp	q6, q7, [sp, 112]
	ldp	x0, x1, [sp, 144]
	ldp	x2, x3, [sp, 160]
	ldp	x4, x5, [sp, 176]
	ldp	x6, x7, [sp, 192]
	ldp	x8, x16, [sp, 208]
	ldp	x29, x30, [sp], 224
	.cfi_def_cfa_offset 0
	.cfi_restore x29
	.cfi_restore x30
	br	x16
	.cfi_endproc
	.size	load_\id, . - load_\id
	.endm
#else
#error "not known here"
#endif

	.macro	function id, name
	symbol	\name
	jump_by_slot \name
	jump_after_load \id, \name
	symbol_end \name
	.endm

	.macro	release id, name
	symbol	\name
	jump_by_slot \name
	return_if_null
	jump_after_load \id, \name
	symbol_end \name
	.endm

	.pushsection .data.rel.ro.lazy, "aw"
	.balign	PAGE
	.popsection

#include <stubs.inc>

	.pushsection .rodata.lazy, "a"
	.byte	0
	.popsection
	.pushsection .data.rel.ro.lazy, "aw"
	.balign	PAGE
	.popsection

	.section .note.GNU-stack, "", %progbits
