import type { Technology } from '../core/technology.ts';
import { certificates } from './certificates.ts';
import { dockerfile } from './dockerfile.ts';
import { kubernetes } from './kubernetes.ts';
import { lighttpd } from './lighttpd/lighttpd.ts';
import { nginx } from './nginx.ts';
import { prometheus } from './prometheus/prometheus.ts';
import { compose } from './verification/compose.ts';
import { imageClients } from './verification/image.ts';
import { workload } from './verification/workload.ts';

/** Every technology that tlslint reads. A new one is its module and its line here. */
export const technologies: readonly Technology[] = [
  certificates,
  compose,
  dockerfile,
  imageClients,
  kubernetes,
  lighttpd,
  nginx,
  prometheus,
  workload,
];
