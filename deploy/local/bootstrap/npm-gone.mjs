// Tells when the npm that started us is gone. npm hands SIGTERM to the shell between us, which dies of it without
// handing it on; a killed npm says nothing at all. Either way the command has to stop, or it would run on unseen.
import { readFileSync } from 'node:fs';

const everyMs = 500;

export function onceNpmIsGone(action) {
  if (!process.env.npm_lifecycle_event) return;
  const before = forebears();
  const timer = setInterval(() => {
    if (forebears() === before) return;
    clearInterval(timer);
    action();
  }, everyMs);
  timer.unref();
}

// The shell and, where it is cheap to know, npm above it. An orphan is handed to another parent.
function forebears() {
  return `${process.ppid} ${parentOf(process.ppid)}`;
}

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return '';
  }
}
