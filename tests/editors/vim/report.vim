" What the tests in Vim have in common.
set nocompatible nomore noswapfile hidden
filetype plugin on

let s:failed = 0
let s:lines = []
function! Check(name, passed, detail) abort
  let s:failed += !a:passed
  call add(s:lines, (a:passed ? 'ok   ' : 'FAIL ') . a:name . (a:passed ? '' : ' -- ' . string(a:detail)))
endfunction

function! Finish() abort
  call add(s:lines, s:failed ? 'failed: ' . s:failed . ' checks' : 'passed')
  call writefile(s:lines, '/dev/stdout')
  execute s:failed ? 'cquit!' : 'qall!'
endfunction

" Waits until an expression is true, and hands back whether it is.
function! Wait(expression) abort
  let l:end = reltimefloat(reltime()) + str2nr(empty($PATIENCE) ? '10000' : $PATIENCE) / 1000.0
  while !eval(a:expression) && reltimefloat(reltime()) < l:end
    sleep 10m
  endwhile
  return eval(a:expression)
endfunction
