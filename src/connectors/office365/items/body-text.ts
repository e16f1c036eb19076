/** Texts, and bodies of events and tasks as plain text in canonical form. Graph is asked for text; To Do may give HTML all the same. Pure. */
import { canonicalText } from '../../../model/canonical.ts';
import { htmlToText } from '../../mime.ts';
import type { Json } from '../message.ts';

/** A text; anything else is empty. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** From an `itemBody`; anything else is empty. */
export function textOfBody(body: unknown): string {
  const { contentType, content } = (body ?? {}) as Json;
  if (typeof content !== 'string' || content.trim() === '') return '';
  const isHtml = typeof contentType === 'string' && contentType.toLowerCase() === 'html';
  return canonicalText(isHtml ? htmlToText(content) : content);
}

/** The `itemBody` of a text. */
export function bodyOfText(content: string): Json {
  return { contentType: 'text', content };
}
