// The way on after a panic. Plain JavaScript, because after a panic the engine is not to be trusted.
//
// Every input is written here before it is applied, so the run that led to the panic is always whole. The page calls clear (the runs of before are gone),
// begin (a scenario starts as this run), input (something is about to be done in it), done (it was, in this run or in a new branch of it), refused (it was
// not), good (this run is the one that is shown, and all was well at this moment) and panic.
(() => {
  'use strict'
  // By number: text, inputs as [moment, line], the last good moment, and the input that is being applied.
  const runs = new Map()
  let current = 0
  const of = id => {
    if (!runs.has(id)) runs.set(id, { text: '', inputs: [], good: 0, pending: null })
    return runs.get(id)
  }
  // Acting in the past replaces what had been done later.
  const withPending = run => (run.pending ? [...run.inputs.filter(([when]) => when <= run.pending[0]), run.pending] : run.inputs)
  let shown = false

  const words = {
    en: {
      title: 'The engine stopped',
      lead: 'An invariant of the engine broke, so nothing that it says can be trusted any more. The run that led here is below, whole: scenario and inputs. It is the bug report.',
      copy: 'Copy the run',
      copied: 'Copied',
      before: 'Go on before the last input',
      good: 'Back to the last good moment',
      fresh: 'Start afresh',
      run: 'The run',
      absent: 'A part of the page did not come',
      absentLead: 'What was asked for needs a file that the server did not send, so nothing was done. The run that led here is below, whole: scenario and inputs. It goes on where it was as soon as the file comes.',
    },
    zh: {
      title: '引擎停止了',
      lead: '引擎的一个不变量被破坏，它说的任何话都不再可信。下面是导致这一刻的完整记录：场景和输入。它就是错误报告。',
      copy: '复制记录',
      copied: '已复制',
      before: '回到最后一次操作之前',
      good: '回到最后一个正常时刻',
      fresh: '重新开始',
      run: '记录',
      absent: '页面的一部分没有加载到',
      absentLead: '刚才的操作需要一个文件，服务器没有发来，所以什么都没有做。到这一刻为止的完整记录在下面：场景和输入。文件一到，就能从原处继续。',
    },
  }

  // Some minifiers escape the line end of a replacement string once more; a character code says the same to all of them.
  const lineEnd = String.fromCharCode(10)
  const ended = text => (text.endsWith(lineEnd) ? text : text + lineEnd)
  const lines = inputs => inputs.map(([at, line]) => `at ${at}us ${line}${lineEnd}`).join('')
  const whole = (run, inputs) => ended(run.text) + lines(inputs)

  // The plain form of share.rs: version 1, no flags, behaviour 0 (unknown), the moment, the text.
  const varint = n => {
    const out = []
    let rest = BigInt(Math.max(0, Math.floor(n)))
    while (rest >= 128n) {
      out.push(Number(rest & 127n) | 128)
      rest >>= 7n
    }
    out.push(Number(rest))
    return out
  }
  const link = (text, at) => {
    const bytes = [1, 0, 0, ...varint(at), ...new TextEncoder().encode(text)]
    let binary = ''
    for (const b of bytes) binary += String.fromCharCode(b)
    return '#v1.' + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
  }
  const go = hash => {
    history.replaceState(null, '', location.pathname + location.search + hash)
    location.reload()
  }

  const element = (name, attributes, ...children) => {
    const e = document.createElement(name)
    for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value)
    e.append(...children)
    return e
  }

  const show = (why, kind) => {
    if (shown) return
    shown = true
    const t = words[(document.documentElement.lang || 'en').startsWith('zh') ? 'zh' : 'en']
    const run = of(current)
    const inputs = withPending(run)
    const text = `# ${String(why).split(lineEnd).join(`${lineEnd}# `)}${lineEnd}${whole(run, inputs)}`
    const area = element('textarea', { readonly: '', rows: '14', 'aria-label': t.run, spellcheck: 'false' })
    area.value = text
    const button = (label, kind, act) => {
      const b = element('button', { type: 'button', class: kind }, label)
      b.addEventListener('click', () => act(b))
      return b
    }
    const last = inputs.at(-1)
    const until = at => run.inputs.filter(([when]) => when <= at)
    const buttons = element('div', { class: 'row' })
    buttons.append(button(t.good, 'primary', () => go(link(whole(run, until(run.good)), run.good))))
    if (last) buttons.append(button(t.before, '', () => go(link(whole(run, inputs.slice(0, -1)), last[0]))))
    buttons.append(
      button(t.copy, '', b => {
        area.select()
        const done = () => { b.textContent = t.copied }
        const old = () => { if (document.execCommand('copy')) done() }
        if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, old)
        else old()
      }),
      button(t.fresh, '', () => go('')),
    )
    const box = element('div', { class: 'overlay', role: 'alertdialog', 'aria-modal': 'true', 'aria-labelledby': 'overlay-title' },
      element('div', { class: 'overlay-card' }, element('h2', { id: 'overlay-title' }, t[kind] || t.title), element('p', {}, t[`${kind}Lead`] || t.lead), area, buttons))
    document.body.append(box)
    buttons.querySelector('button').focus()
  }

  window.resyncLog = {
    clear() {
      runs.clear()
    },
    begin(id, text) {
      // Another run beside those that are there is not shown yet.
      if (runs.size === 0) current = id
      runs.set(id, { text, inputs: [], good: 0, pending: null })
    },
    input(id, at, line) {
      of(id).pending = [at, line]
      current = id
    },
    done(id, from) {
      const parent = of(from)
      const inputs = withPending(parent)
      const at = parent.pending ? parent.pending[0] : parent.good
      parent.pending = null
      if (id === from) parent.inputs = inputs
      else runs.set(id, { text: parent.text, inputs, good: Math.min(parent.good, at), pending: null })
      current = id
    },
    refused(id) {
      of(id).pending = null
    },
    good(id, at) {
      of(id).good = at
      current = id
    },
    panic: show,
    text: () => whole(of(current), withPending(of(current))),
  }

  // A trap that is no Rust panic (stack overflow, out of memory) ends the instance just the same.
  window.addEventListener('error', e => {
    if (e.error instanceof WebAssembly.RuntimeError) show(e.error.message)
  })
  window.addEventListener('unhandledrejection', e => {
    if (e.reason instanceof WebAssembly.RuntimeError) show(e.reason.message)
  })
})()
