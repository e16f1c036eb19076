/** A layer of settings while it is edited: what was typed stays until it is saved, also when the layer is read anew meanwhile. */
import { type RefObject, useRef, useState } from 'react';
import type { AdminLayerForm } from '../../../api-schema/settings.ts';
import type { SettingName, SyncSettings } from '../../../model/settings.ts';
import {
  findLayerErrors,
  type LayerDraft,
  type LayerErrors,
  layerDraftOf,
  layerOf,
  type SettingDraft,
} from './layer-draft.ts';

export interface LayerEditing {
  readonly draft: LayerDraft;
  readonly errors: LayerErrors;
  readonly form: RefObject<HTMLFormElement | null>;
  readonly edit: (name: SettingName, setting: SettingDraft) => void;
  /** What is to be sent; null where something is wrong, and then its field has the focus. */
  readonly check: () => AdminLayerForm | null;
  /** What was typed is stored now. */
  readonly settle: () => void;
}

export function useLayerDraft(layer: AdminLayerForm, above: SyncSettings): LayerEditing {
  const [edits, setEdits] = useState<Partial<LayerDraft>>({});
  const [errors, setErrors] = useState<LayerErrors>({});
  const form = useRef<HTMLFormElement>(null);
  const draft: LayerDraft = { ...layerDraftOf(layer, above), ...edits };
  return {
    draft,
    errors,
    form,
    edit: (name, setting) => setEdits((known) => ({ ...known, [name]: setting })),
    check() {
      const found = findLayerErrors(draft);
      setErrors(found);
      const first = Object.keys(found)[0];
      if (first === undefined) return layerOf(draft);
      form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return null;
    },
    settle: () => setEdits({}),
  };
}
