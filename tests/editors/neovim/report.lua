-- Counts and prints what a script finds out: `ok` and `FAIL` lines, and the exit code at the end.
local report = { failed = 0, passed = 0 }

-- Where a test is to fail, nobody wants to wait long for it.
local PATIENCE = tonumber(os.getenv('PATIENCE') or 10000)

function report.line(text)
  io.stdout:write(text, '\n')
end

--- Notes one check. `detail` is printed behind its name, on failure it should say what was there instead.
function report.check(name, passed, detail)
  report[passed and 'passed' or 'failed'] = report[passed and 'passed' or 'failed'] + 1
  report.line((passed and 'ok   ' or 'FAIL ') .. name .. (detail and ' -- ' .. detail or ''))
  return passed
end

--- Waits for a condition, never for a time. A server that has ended will not bring it about any more.
function report.wait(condition)
  return vim.wait(PATIENCE, function()
    return condition() or next(_G.exits) ~= nil
  end, 5) and condition()
end

function report.finish()
  if report.failed == 0 and report.passed > 0 then
    report.line(('passed: %d checks'):format(report.passed))
    os.exit(0)
  end
  report.line(('failed: %d of %d checks'):format(report.failed, report.failed + report.passed))
  os.exit(1)
end

return report
