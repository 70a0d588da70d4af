// The shapes that the panel's modules share. What Python sends is described in panel.py.

interface Described {
  name: string;
  label: string;
  help: string;
  note: string;
  disabled: boolean;
  revision: number;
}

export interface SliderData extends Described {
  kind: "slider";
  value: number;
  low: number;
  high: number;
  step: number;
  unit: string;
  whole: boolean;
  log: boolean;
}

export interface ChoiceData extends Described {
  kind: "choice";
  value: string;
  options: string[];
}

export interface TextData extends Described {
  kind: "text";
  value: string;
  hint: string;
}

export type ControlData = SliderData | ChoiceData | TextData;

export interface LinkData {
  slug: string;
  title: string;
  address: string;
  here: boolean;
}

export interface PanelData {
  controls: ControlData[];
  more: ControlData[];
  readouts: string[][];
  links: LinkData[];
}

/** How the thumb's position on a range input maps to a value. */
export interface Scale {
  low: number;
  high: number;
  step: number;
  toValue: (position: number) => number;
  toPosition: (value: number) => number;
}

export interface Panel {
  find: (selector: string) => any;
  controls: Record<string, Control>;
  emit: (event: string, value: unknown) => void;
  /** Streamlit reports a state only where it has changed, so every message is counted. */
  count: number;
  /** Whether a chart carried the last move. */
  carried: boolean;
  /** Whether the table follows the charts' readouts. */
  follows: boolean;
  links: string;
  onReadouts: (event: Event) => void;
}

export interface Control {
  root: HTMLElement;
  panel: Panel;
  label: HTMLElement;
  note: HTMLElement;
  /** The description as it was last shown, and as text. */
  data: ControlData;
  written: string;
  timer?: ReturnType<typeof setTimeout>;
}

export interface SliderControl extends Control {
  data: SliderData;
  scale: Scale;
  value: number;
  lastSent: number;
  frame: number;
  box: HTMLInputElement;
  range: HTMLInputElement;
  unit: HTMLElement;
  low: HTMLElement;
  high: HTMLElement;
}

export interface TextControl extends Control {
  data: ChoiceData | TextData;
  field: HTMLInputElement | HTMLSelectElement;
}
