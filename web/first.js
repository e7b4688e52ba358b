// The first picture, until the engine is there: one of the templates that the build drew, by language and width, and how far the load is.
(() => {
  'use strict'
  const words = {
    en: {
      loading: percent => `The engine is loading: ${percent}\u00a0%`,
      starting: 'The engine starts',
      lost: 'The engine did not come. Reload the page to try again.',
      run: 'Opening the run in the link',
      lesson: 'Opening the lesson in the link',
    },
    zh: {
      loading: percent => `引擎加载中：${percent}\u00a0%`,
      starting: '引擎正在启动',
      lost: '引擎没有加载到，请刷新页面重试。',
      run: '正在打开链接中的记录',
      lesson: '正在打开链接中的课程',
    },
  }
  const root = document.documentElement
  const kept = key => {
    try {
      return localStorage.getItem(`resync.${key}`)
    } catch {
      // Storage may be switched off.
      return null
    }
  }
  const family = tag => tag.split('-')[0].toLowerCase()

  // What the page will choose when it starts, by the same rules.
  const drawn = [...document.querySelectorAll('template[lang]')].filter(one => one.className === (innerWidth <= 640 ? 'narrow' : 'wide'))
  const wanted = kept('lang') || navigator.language || ''
  const template =
    drawn.find(one => one.lang.toLowerCase() === wanted.toLowerCase()) || drawn.find(one => family(one.lang) === family(wanted)) || drawn[0]
  const scheme = { light: 'light', first: 'light', dark: 'dark', second: 'dark' }[kept('scheme')]
  if (scheme) root.dataset.scheme = scheme

  // While one works on the page there is none.
  let say = () => {}
  let t = words.en
  if (template) {
    root.lang = template.lang
    t = words[family(template.lang)] || words.en
    const app = template.content.firstElementChild.cloneNode(true)
    app.classList.add('first-picture')
    app.setAttribute('aria-busy', 'true')
    // Nothing in it answers yet but the line that says so.
    for (const part of app.children) part.inert = !part.matches('.caption')
    const line = app.querySelector('.caption .sentence')
    const spoken = app.querySelector('.caption [role=status]')
    const bar = document.createElement('progress')
    bar.max = 1
    line.after(bar)
    // The figures are those of the first scene: a link that names something else shows their frames.
    const hash = location.hash.slice(1)
    const opening = hash.startsWith('v1.') ? t.run : hash && !app.querySelector(`[id="${CSS.escape(hash)}"]`) ? t.lesson : ''
    if (opening) app.classList.add('opening')
    say = (text, share) => {
      line.textContent = opening && share !== undefined ? `${opening}: ${text}` : text
      if (share === undefined) bar.remove()
      else bar.value = share
    }
    say(t.loading(0), 0)
    spoken.textContent = opening || t.loading(0)
    document.body.append(app)
  }

  // Fetches the module and tells how much of its `size` bytes is here.
  window.resyncStart = async (address, size) => {
    try {
      const answer = await fetch(address)
      if (!answer.ok) throw new Error(`${answer.status}`)
      // What a link opens may need both parts at once.
      if (location.hash.length > 1) {
        await Promise.all([window.resyncLater.style(), document.querySelector('meta[name=later]') && window.resyncLater.fetch()])
      }
      let got = 0
      const counted = new TransformStream({
        transform(chunk, out) {
          got += chunk.length
          say(got < size ? t.loading(Math.floor((100 * got) / size)) : t.starting, Math.min(1, got / size))
          out.enqueue(chunk)
        },
      })
      return new Response(answer.body.pipeThrough(counted), { headers: { 'Content-Type': 'application/wasm' } })
    } catch (e) {
      say(t.lost)
      throw e
    }
  }
  window.addEventListener('TrunkApplicationStarted', () => requestAnimationFrame(() => performance.mark('live')))
})()
