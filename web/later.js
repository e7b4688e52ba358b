// The stylesheet of the panels that the first picture does not show, and the second part of the module (xtask/src/later.rs): fetched once the page stands, and waited for where something needs it sooner.
//
// Whoever needs it stops until it is there, and with it the page and simulated time: a run never goes another way because a part came late. If it does not come
// at all, the run is written down like after a panic, and nothing else is done in it.
(() => {
  'use strict'
  // Nothing where the module is whole.
  const named = () => document.querySelector('meta[name=later]')
  const address = () => new URL(named().content, document.baseURI).href
  let compiled = null
  let fetching = null
  let here = false
  let styled = null

  // Both parts name the key under which they fit; those of different builds do not. Only the memory is asked for under it: it is long.
  const join = (module, main) => {
    if (here) return
    const key = Object.keys(main).find(name => name.startsWith('later-'))
    new WebAssembly.Instance(module, { [key]: main, '': main })
    main[key].value = 1
    here = true
  }

  // While this waits nothing else on the page does anything; so a few tries must do.
  const now = () => {
    let why = ''
    for (let tries = 0; tries < 3; tries += 1) {
      try {
        const ask = new XMLHttpRequest()
        ask.open('GET', address(), false)
        ask.overrideMimeType('text/plain; charset=x-user-defined')
        ask.send()
        if (ask.status === 200) return new WebAssembly.Module(Uint8Array.from(ask.response, c => c.charCodeAt(0) & 255))
        why = `${ask.status}`
      } catch (e) {
        why = e.message
      }
    }
    throw new Error(why)
  }

  window.resyncLater = {
    // Fetches it without waiting for it; a second call waits for the first.
    fetch() {
      fetching ||= WebAssembly.compileStreaming(fetch(address())).then(
        module => { compiled = module },
        // Whoever needs it will ask again, and say so.
        () => { fetching = null },
      )
      return fetching
    },
    // Fetches the stylesheet; the promise holds when it is in force, or does not come: then the panels are plain.
    style() {
      styled ||= new Promise(done => {
        const sheet = document.createElement('link')
        sheet.rel = 'stylesheet'
        sheet.onload = sheet.onerror = done
        sheet.href = document.querySelector('meta[name=panels]').content
        document.head.append(sheet)
      })
      return styled
    },
    // It is there when this returns.
    need(main) {
      if (here) return
      try {
        join(compiled || now(), main)
      } catch (e) {
        window.resyncLog.panic(e.message, 'absent')
        throw e
      }
    },
  }

  window.addEventListener('TrunkApplicationStarted', e => {
    // The page has drawn itself: the rest may come.
    requestAnimationFrame(() => setTimeout(() => {
      window.resyncLater.style()
      if (named()) window.resyncLater.fetch().then(() => compiled && join(compiled, e.detail.wasm))
    }, 0))
  })
})()
