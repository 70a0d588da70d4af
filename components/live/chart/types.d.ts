// The shapes that the chart's modules share. What Python sends is described in chart.py.

export type Row = Float32Array | Uint8Array | Int32Array;
/** [map, row, column] */
export type Cell = [number, number, number];
/** From the first on to before the second. */
export type Span = [number, number];
/** [top, left, bottom, right] */
export type Box = [number, number, number, number];

export interface Trace {
  z: Row[];
  coloraxis: string;
  type?: string;
  name?: string;
  x?: ArrayLike<unknown>;
  y?: ArrayLike<unknown>;
  xaxis?: string;
  yaxis?: string;
}

export interface Tiles {
  units: number[];
  columns: number;
  step: [number, number];
  tops: number[];
  sizes: [number, number][];
  names: string[];
  starts: [number, number][];
  sides: number[];
}

export interface FeatureMap {
  trace: number;
  label: string;
  channel: number;
  start: [number, number];
  stride: [number, number];
  offsets: [number[], number[]];
  within?: Box;
  tiles?: Tiles;
  layers?: { label: string; values: Row[] }[];
}

export interface Outline {
  trace: number;
  box: Box;
  color: string;
  label: string;
  round?: boolean;
}

export interface Meta {
  name?: string;
  alt?: string;
  caption?: [string, string];
  width?: number;
  narrow?: Record<string, unknown>;
  narrow_below?: number;
  maps?: FeatureMap[];
  boxes?: Outline[];
  player?: { label: string; key: string; now: string; at: number; count: number };
}

export interface Layout {
  height: number;
  meta?: Meta;
  shapes?: object[];
  [key: string]: any;
}

export interface Figure {
  data: Trace[];
  layout: Layout;
}

export interface Frames {
  key: string;
  labels: string[];
  boxes: Outline[][];
  parts: { trace: number; steps: Row[][] }[];
}

export interface Content {
  figure: Figure;
  readouts: string[][] | null;
  pinned: Cell | null;
  frames: Frames | null;
  events: string[];
  plotly: string;
}

export interface Theme {
  ink: string;
  paper: string;
  line: string;
  font: string;
  accent: string;
}

export type Timer = ReturnType<typeof setTimeout> | 0;

export interface Chart {
  root: HTMLElement;
  stage: HTMLElement;
  plot: HTMLElement;
  caption: HTMLElement;
  overlay: HTMLElement;
  tip: HTMLElement;
  player: HTMLElement;
  play: HTMLElement;
  scrubber: HTMLInputElement;
  frameLabel: HTMLElement;

  emit: (event: string, value: unknown) => void;
  digest: string;
  content: Content;
  ink: string;

  canvases: Record<number, HTMLCanvasElement>;
  palettes: Record<string, Uint32Array>;
  /** What of the figure must stay the same for its values alone to be painted; null: nothing may. */
  skeleton: string | null;
  stale: boolean;
  drawing: boolean;
  closed: boolean;
  settling: Timer;
  theming: Timer;

  hovered: Cell | null;
  hoverTimer: Timer;
  /** Whether Plotly has answered the click that the stage is about to hear of. */
  clicked: boolean;
  listening: boolean;
  width: number;
  watcher: ResizeObserver | null;
  onKey: (event: KeyboardEvent) => void;
  onMove: (event: Event) => void;

  frames: Frames | null;
  frame: number;
  direction: 1 | -1;
  playing: boolean;
  scrubbing: boolean;
  /** Whether play was pressed before the frames were there. */
  playWanted: boolean;
  shownAt: number;
}
