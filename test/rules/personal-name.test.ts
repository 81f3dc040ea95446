import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { likeness } from '../../src/rules/candidate/identity.ts';
import { comparableName, isSameName } from '../../src/rules/candidate/personal-name.ts';
import { candidateKey } from '../../src/rules/list/candidates.ts';

describe('C01: every way in which one name is typed is one name', () => {
  test.each([
    ['an ideographic space', '田　华', '田华'],
    ['a blank, a no-break one, a thin one, a tab', '田 华\u00a0\u2009\t', '田华'],
    ['what nobody sees', '\ufeff田\u200b\u200d\u2060\u00ad华\u202c', '田华'],
    ['a selector of the glyph', '葛\u{e0100}\ufe00军', '葛军'],
    ['a compatibility ideograph', '李\uf9f4', '李林'],
    ['a radical for the ideograph', '⽥华', '田华'],
    ['full-width letters, and their case', 'Ｌｉ　ＭＩＮＧ', 'li ming'],
    ['a bullet for the middle dot', '阿依古丽•买买提', '阿依古丽·买买提'],
    ['a katakana dot', '阿依古丽・买买提', '阿依古丽·买买提'],
    ['its half-width form', '阿依古丽･买买提', '阿依古丽·买买提'],
    ['a full stop, a full-width one', '阿依古丽.买买提．', '阿依古丽·买买提'],
    ['a dot with blanks around', '阿依古丽 · 买买提', '阿依古丽·买买提'],
    ['no dot at all', '阿依古丽买买提', '阿依古丽·买买提'],
    ['an accent apart from its letter', 'Jose\u0301', 'José'],
  ])('%s', (_, typed, name) => {
    expect(isSameName(typed, name)).toBe(true);
    const person = { birthYear: 1968, digest: null };
    expect(likeness({ name: typed, ...person }, { name, ...person })).toBe('same');
    const place = { category: 'x', organisationId: 'y' };
    expect(candidateKey({ ...place, personName: typed })).toBe(
      candidateKey({ ...place, personName: name }),
    );
  });

  test.each([
    ['田华', '田桦'],
    ['张云', '張雲'],
    ['王军', '王军军'],
  ])('%s and %s stay two names', (one, other) => {
    expect(isSameName(one, other)).toBe(false);
  });

  test('the form of a form is itself, and blanks anywhere do not count', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.nat(12), (name, at) => {
        const form = comparableName(name);
        expect(comparableName(form)).toBe(form);
        expect(comparableName(`${form.slice(0, at)}\u3000${form.slice(at)} `)).toBe(form);
      }),
    );
  });

  test('what is nothing but blanks and dots is no other name', () => {
    expect(isSameName('··', '•')).toBe(false);
    expect(isSameName('.', '.\u3000')).toBe(true);
    expect(comparableName('')).toBe('');
  });
});
